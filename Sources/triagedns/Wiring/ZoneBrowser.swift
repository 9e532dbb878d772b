// Keeps the order of the zone that somebody reads, as making it takes a while for a large one.

import DNSCore

/// Makes one order at a time, once for all who wait for it.
actor ZoneBrowser {
    private struct Kept {
        /// Another version is another zone. Not kept alive by who has read it.
        weak var zone: Zone?
        var order: Task<ZoneOrder, Never>
        var lastUse: ContinuousClock.Instant
    }

    /// How long it is kept after somebody has read a page.
    private static let patience = Duration.seconds(60)
    private var kept: Kept?

    func order(of zone: Zone) async -> ZoneOrder {
        if kept == nil { Task { await forgetLater() } }
        if let kept, kept.zone === zone {
            self.kept?.lastUse = .now
            return await kept.order.value
        }
        let before = kept?.order
        let order = Task {
            _ = await before?.value
            return await BackgroundThread.run { ZoneOrder(zone) }
        }
        kept = Kept(zone: zone, order: order, lastUse: .now)
        return await order.value
    }

    /// Ends when nobody reads any more.
    private func forgetLater() async {
        repeat {
            let end = (kept?.lastUse ?? .now) + Self.patience
            guard (try? await Task.sleep(until: end, clock: .continuous)) != nil else { return }
            if let last = kept?.lastUse, last + Self.patience <= .now { kept = nil }
        } while kept != nil
    }
}
