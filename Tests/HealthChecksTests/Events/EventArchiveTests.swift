// Pages of events of which the journal has only the last.

import Synchronization
import Testing

@testable import HealthChecks

@Suite struct EventArchiveTests {
    /// Has all events up to a number, and counts how often it is asked.
    private final class Archive: EventArchive {
        let range: ClosedRange<UInt64>
        let asked = Atomic(0)

        init(_ range: ClosedRange<UInt64>) { self.range = range }

        var oldestEvent: UInt64? { range.lowerBound }

        func events(after sequence: UInt64, limit: Int) async -> [HealthEvent] {
            asked.wrappingAdd(1, ordering: .relaxed)
            return range.filter { $0 > sequence }.prefix(limit).map { number in
                var event = HealthEvent(.transition, at: "", reason: "kept")
                event.sequence = number
                return event
            }
        }
    }

    /// Has events 21 to 25, of which the archive lacks the last.
    private func journal() -> EventJournal {
        let journal = EventJournal(capacity: 5, after: 15)
        for _ in 16...25 { journal.append([HealthEvent(.transition, at: "", reason: "new")]) }
        return journal
    }

    @Test func numbersGoOn() {
        let journal = EventJournal(after: 41)
        #expect(journal.append([HealthEvent(.transition, at: "", reason: "")]).map(\.sequence) == [42])
        let page = journal.page(after: 0, limit: 10)
        #expect((page.oldest, page.newest, page.next) == (42, 42, 42))
        let empty = EventJournal(after: 41).page(after: 3, limit: 10)
        #expect((empty.events.count, empty.newest, empty.next) == (0, 41, 3))
    }

    @Test func pagesGoOverBoth() async {
        let (journal, archive) = (journal(), Archive(4...24))
        var (next, seen): (UInt64, [UInt64]) = (0, [])
        while true {
            let page = await journal.page(after: next, limit: 4, from: archive)
            #expect((page.oldest, page.newest) == (4, 25))
            #expect(page.events.count <= 4)
            seen += page.events.map(\.sequence)
            guard page.next > next else { break }
            next = page.next
        }
        #expect(seen == Array(4...25))
        let page = await journal.page(after: 18, limit: 100, from: archive)
        #expect(page.events.map(\.reason) == ["kept", "kept", "new", "new", "new", "new", "new"])
    }

    @Test func theNewestNeedNoArchive() async {
        let (journal, archive) = (journal(), Archive(4...24))
        #expect(await journal.page(after: 20, limit: 100, from: archive).events.map(\.sequence) == Array(21...25))
        #expect(await journal.page(after: 25, limit: 100, from: archive).events.isEmpty)
        #expect(archive.asked.load(ordering: .relaxed) == 0)
    }

    @Test func aJournalThatHasJustBegun() async {
        let page = await EventJournal(after: 24).page(after: 20, limit: 3, from: Archive(4...24))
        #expect(page.events.map(\.sequence) == [21, 22, 23])
        #expect((page.next, page.oldest, page.newest) == (23, 4, 24))
        let none = await EventJournal().page(after: 0, limit: 3, from: nil)
        #expect((none.events.count, none.oldest) == (0, 0))
    }
}
