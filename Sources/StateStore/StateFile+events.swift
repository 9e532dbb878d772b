// Events: written as they happen, read page by page, and removed when they are old.

internal import GRDB
internal import HealthChecks
#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension StateFile {
    /// The numbers of the oldest and the newest event; nil: there is none.
    func eventRange() throws(StateError) -> ClosedRange<UInt64>? {
        do {
            return try queue.read { try $0.eventRange() }
        } catch {
            throw StateError(error, path: path)
        }
    }

    func events(after sequence: UInt64, limit: Int) async throws(StateError) -> [HealthEvent] {
        let texts = try await read { database in
            try String.fetchAll(
                database, sql: "SELECT event FROM events WHERE sequence > ? ORDER BY sequence LIMIT ?",
                arguments: [Int64(clamping: sequence), limit])
        }
        return texts.compactMap { decode(HealthEvent.self, $0) }
    }

    /// Removes a share of what is older than `time`, or beyond the newest `count`.
    /// - Returns: whether there may be more.
    func pruneEvents(before time: Date, count: Int) async throws(StateError) -> Bool {
        try await write { database in
            try database.execute(
                sql: """
                    DELETE FROM events WHERE sequence IN (SELECT sequence FROM events WHERE time < ? LIMIT ?)
                    """, arguments: [time.milliseconds, Self.share])
            let old = database.changesCount
            try database.execute(
                sql: """
                    DELETE FROM events WHERE sequence IN (
                        SELECT sequence FROM events WHERE sequence <= (
                            SELECT sequence FROM events ORDER BY sequence DESC LIMIT 1 OFFSET ?
                        ) ORDER BY sequence LIMIT ?)
                    """, arguments: [count, Self.share])
            return max(old, database.changesCount) == Self.share
        }
    }

    /// How many are removed at a time: others wait for the file meanwhile.
    static let share = 1000
}

extension Database {
    func oldestEvent() throws -> UInt64? {
        try Int64.fetchOne(self, sql: "SELECT min(sequence) FROM events").map { UInt64(clamping: $0) }
    }

    func eventRange() throws -> ClosedRange<UInt64>? {
        guard let row = try Row.fetchOne(self, sql: "SELECT min(sequence), max(sequence) FROM events"),
            let oldest = row[0] as Int64?, let newest = row[1] as Int64?, oldest >= 0, newest >= oldest
        else { return nil }
        return UInt64(oldest)...UInt64(newest)
    }

    func save(_ events: [HealthEvent], at date: Date) throws {
        guard !events.isEmpty else { return }
        let insert = try cachedStatement(
            sql: "INSERT OR REPLACE INTO events (sequence, time, pool, event) VALUES (?, ?, ?, ?)")
        for event in events {
            let time = (try? Date(event.time, strategy: eventTime)) ?? date
            try insert.execute(
                arguments: [Int64(clamping: event.sequence), time.milliseconds, event.pool, try encode(event)])
        }
    }
}

private let eventTime = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
