// In which states targets were during the last 24 hours, told from events.

import DNSCore
import Foundation
import HealthChecks

/// Follows the journal.
struct StateHistory {
    static let length: TimeInterval = 24 * 3600

    private struct Key: Hashable {
        var pool: String
        var target: String
    }

    private struct Change {
        var time: Date
        var before: Level
        var after: Level
    }

    private let start: Date
    private var next: UInt64 = 0
    private var states: [Key: [String: HealthState]] = [:]
    private var overrides: [Key: String] = [:]
    private var changes: [Key: [Change]] = [:]

    /// - Parameter start: since when the journal knows of everything.
    init(since start: Date) { self.start = start }

    /// Takes what is new in `journal`, and forgets what is too old.
    mutating func follow(_ journal: EventJournal, now: Date = Date()) {
        while case let page = journal.page(after: next, limit: 512), !page.events.isEmpty {
            for event in page.events { take(event) }
            next = page.next
        }
        let oldest = now - Self.length
        for (key, list) in changes where list.first.map({ $0.time < oldest }) ?? false {
            // The last of those that are too old says how the time began.
            let kept = list.lastIndex { $0.time < oldest } ?? 0
            changes[key] = Array(list[kept...])
        }
    }

    private mutating func take(_ event: HealthEvent) {
        guard let pool = event.pool, let target = event.target, let time = Date(iso: event.time) else { return }
        let key = Key(pool: pool, target: target)
        let before = level(key, unknown: event.from.flatMap(HealthState.init(rawValue:)))
        switch event.kind {
        case .transition:
            guard let to = event.to.flatMap(HealthState.init(rawValue:)) else { return }
            states[key, default: [:]][event.address ?? ""] = to
        case .override: overrides[key] = event.to
        default: return
        }
        let after = level(key, unknown: nil)
        guard before != after else { return }
        changes[key, default: []].append(Change(time: time, before: before, after: after))
    }

    private func level(_ key: Key, unknown: HealthState?) -> Level {
        if let override = overrides[key], override.hasPrefix("drain") || override.hasPrefix("maint") { return .out }
        let known = states[key].map { Array($0.values) } ?? []
        return Level((known + [unknown].compactMap { $0 }).max { Level($0) < Level($1) } ?? .unknown)
    }

    /// The strip of one target.
    /// - Parameter level: as it is now; as it was, if there was no change.
    func strip(pool: String, target: String, level: Level, now: Date) -> HistoryModel {
        let begin = now - Self.length
        let changes = changes[Key(pool: pool, target: target)] ?? []
        var spans: [HistoryModel.Span] = []
        var good: TimeInterval = 0
        var known: TimeInterval = 0
        func add(_ level: Level, from: Date, to: Date) {
            let (from, to) = (max(from, begin), min(to, now))
            guard to > from else { return }
            known += to.timeIntervalSince(from)
            if level == .ok || level == .warn { good += to.timeIntervalSince(from) }
            let unit = Self.length / 96
            spans.append(
                HistoryModel.Span(
                    level: level.rawValue, x: (from.timeIntervalSince(begin) / unit).coordinate,
                    width: max(0.25, to.timeIntervalSince(from) / unit).coordinate,
                    title: "\(level.word), \(to.timeIntervalSince(from).durationText)"))
        }
        add(changes.first?.before ?? level, from: start, to: changes.first?.time ?? now)
        for (index, change) in changes.enumerated() {
            add(change.after, from: change.time, to: index + 1 < changes.count ? changes[index + 1].time : now)
        }
        let percent = known > 0 ? (good / known * 100).rounded(to: 10) : 0
        let text = "\(percent) % up in \(known.durationText)"
        return HistoryModel(label: text, text: text, spans: spans)
    }
}

extension Level {
    init(_ state: HealthState) {
        switch state {
        case .up: self = .ok
        case .degraded: self = .warn
        case .down: self = .bad
        case .unknown: self = .quiet
        }
    }

    var word: String {
        switch self {
        case .ok: "up"
        case .out: "drained"
        case .quiet: "unknown"
        case .warn: "degraded"
        case .bad: "down"
        }
    }
}
