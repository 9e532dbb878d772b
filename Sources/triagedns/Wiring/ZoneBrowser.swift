// Keeps the order of the zone that somebody reads, as making it takes a while for a large one.

import DNSCore
import Synchronization

final class ZoneBrowser: Sendable {
    private struct Kept {
        /// Another version is another zone. Not kept alive by who has read it.
        weak var zone: Zone?
        var order: ZoneOrder
        var lastUse: ContinuousClock.Instant
    }

    /// How long it is kept after somebody has read a page.
    private static let patience = Duration.seconds(60)
    private let kept = Mutex<Kept?>(nil)

    func order(of zone: Zone) async -> ZoneOrder {
        if let order = known(zone) { return order }
        let order = await BackgroundThread.run { ZoneOrder(zone) }
        let isFirst = kept.withLock { kept in
            defer { kept = Kept(zone: zone, order: order, lastUse: .now) }
            return kept == nil
        }
        if isFirst { Task { await forgetLater() } }
        return order
    }

    private func known(_ zone: Zone) -> ZoneOrder? {
        kept.withLock { kept in
            guard let order = kept?.order, kept?.zone === zone else { return nil }
            kept?.lastUse = .now
            return order
        }
    }

    /// Ends when nobody reads any more.
    private func forgetLater() async {
        while let lastUse = kept.withLock({ $0?.lastUse }) {
            guard (try? await Task.sleep(until: lastUse + Self.patience, clock: .continuous)) != nil else { return }
            kept.withLock { kept in
                if let last = kept?.lastUse, last <= lastUse { kept = nil }
            }
        }
    }
}
