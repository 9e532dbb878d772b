// When all targets of a pool fail the same deep layer at the same time, while the layers below pass, the cause is rather
// something that they share (a database, a file store) than each of them. To take them out one after the other would
// help nobody, so they stay, for a bounded time.

internal import Checks
internal import DNSCore

/// Something that all targets of a pool seem to depend on.
struct CommonCause: Hashable, Sendable, Codable {
    /// The layer at which all of them fail.
    var layer: Layer
    var since: Instant
    /// How long the failures do not count.
    var until: Instant
    /// They count again.
    var isOver = false

    /// Puts its times on another clock.
    mutating func moveTimes(by offset: Duration) {
        since += offset
        until += offset
    }
}

extension PoolState {
    /// Looks for a common cause, or whether there still is one. Returns whether one was found now.
    mutating func updateCommonCause(at now: Instant) -> Bool {
        guard let hold = layout.rules.commonModeHold, layout.targetCount > 1 else { return false }
        if var cause = commonCause {
            if commonLayers().contains(cause.layer) {
                cause.isOver = now >= cause.until
                commonCause = cause
            } else {
                commonCause = nil
            }
            return false
        }
        guard !isFrozen, let layer = commonLayers(since: now - layout.incidentWindow).first else { return false }
        commonCause = CommonCause(layer: layer, since: now, until: now + hold)
        for index in members.indices {
            members[index].forgetFailures(since: now - layout.incidentWindow, layout.checks[index])
        }
        return true
    }

    /// The deep layers at which every member of every target fails that no operator has taken out, in the order of
    /// `Layer`. None if anybody fails at a shallow layer, which is its own trouble.
    /// - Parameter since: all must have begun to fail since then, and have worked before; nil: it does not matter.
    private func commonLayers(since: Instant? = nil) -> [Layer] {
        var common = Layer.deep
        var failing = Set<Int>()
        for (index, member) in members.enumerated() {
            let target = layout.targets[index]
            if orders[target].override?.takesOut == true { continue }
            let layers = member.failingLayers(since: since)
            guard !layers.isEmpty, layers.allSatisfy(Layer.deep.contains) else { return [] }
            common.removeAll { !layers.contains($0) }
            guard !common.isEmpty else { return [] }
            failing.insert(target)
        }
        return failing.count > 1 ? common : []
    }
}

extension MemberState {
    /// Where its checks fail; empty if one that fails has done so since before `since`, or never worked.
    fileprivate func failingLayers(since: Instant?) -> [Layer] {
        let failing = checks.filter { $0.failing != nil }
        if let since {
            guard failing.allSatisfy({ $0.hasFailedOnlySince(since) }) else { return [] }
        }
        return failing.compactMap(\.failing?.layer)
    }
}

extension CheckState {
    /// Whether its failures began at `time` or later, and it worked before.
    fileprivate func hasFailedOnlySince(_ time: Instant) -> Bool {
        guard let failing else { return false }
        return failing.since >= time && (stateBeforeFailures == .up || stateBeforeFailures == .degraded)
    }
}

extension Layer {
    /// Those that reach what stands behind the front end.
    static let deep: [Layer] = [.http, .dicom]
}
