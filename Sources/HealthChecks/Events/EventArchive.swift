// Events that the journal does not have any more, or never had, as they are of an earlier run.

/// Keeps events for longer than the journal does.
public protocol EventArchive: Sendable {
    /// The number of the oldest event that is kept; nil if there is none, or none can be had.
    var oldestEvent: UInt64? { get }

    /// The events after number `sequence`, oldest first, at most `limit` of them; none if they cannot be had.
    func events(after sequence: UInt64, limit: Int) async -> [HealthEvent]
}

extension EventJournal {
    /// The events after number `sequence`, oldest first, at most `limit` of them: those of the journal, and before them
    /// what `archive` has.
    public func page(after sequence: UInt64, limit: Int, from archive: (any EventArchive)?) async -> EventPage {
        var page = page(after: sequence, limit: limit)
        let first = page.events.first?.sequence ?? page.newest + 1
        guard let archive, let oldest = archive.oldestEvent, oldest < page.oldest || page.oldest == 0 else {
            return page
        }
        page.oldest = oldest
        guard limit > 0, sequence < page.newest, sequence + 1 < first else { return page }
        let older = await archive.events(after: sequence, limit: limit).filter { $0.sequence < first }
        page.events = older + page.events.prefix(limit - older.count)
        page.next = page.events.last?.sequence ?? page.next
        return page
    }
}
