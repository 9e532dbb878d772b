// What is removed because it is old, or too much: a share at a time, as others wait for the file meanwhile.

internal import GRDB
#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// How much is kept.
struct Retention: Sendable {
    /// What is older goes.
    var time: Date
    /// The most events.
    var events: Int
    /// The most octets of all, empty pages of the file aside.
    var octets: Int64
}

extension StateFile {
    /// Removes a share of what is older than is kept, and of the oldest of what is too much.
    /// - Returns: whether there may be more.
    func prune(_ retention: Retention) async throws(StateError) -> Bool {
        try await write { database in
            var most = try database.removeEvents(before: retention.time)
            most = max(most, try database.removeMoments(before: retention.time))
            most = max(most, try database.removeEvents(beyond: retention.events))
            if try database.usedOctets() > retention.octets {
                let count = try database.removeOldest()
                return count > 0
            }
            return most == Database.share
        }
    }
}

extension Database {
    /// How many rows of a table are removed at a time.
    fileprivate static let share = 1000

    fileprivate func removeEvents(before time: Date) throws -> Int {
        try remove(
            "DELETE FROM events WHERE sequence IN (SELECT sequence FROM events WHERE time < ? LIMIT ?)",
            [time.milliseconds, Self.share])
    }

    /// The last one before `time` says what was at `time`, so it stays.
    fileprivate func removeMoments(before time: Date) throws -> Int {
        try remove(
            """
            DELETE FROM moments WHERE (pool, time) IN (
                SELECT pool, time FROM moments AS old WHERE time < ? AND EXISTS (
                    SELECT 1 FROM moments AS next WHERE next.pool = old.pool AND next.time > old.time AND next.time <= ?
                ) LIMIT ?)
            """, [time.milliseconds, time.milliseconds, Self.share])
    }

    fileprivate func removeEvents(beyond count: Int) throws -> Int {
        try remove(
            """
            DELETE FROM events WHERE sequence IN (
                SELECT sequence FROM events WHERE sequence <= (
                    SELECT sequence FROM events ORDER BY sequence DESC LIMIT 1 OFFSET ?
                ) ORDER BY sequence LIMIT ?)
            """, [count, Self.share])
    }

    fileprivate func removeOldest() throws -> Int {
        try remove(
            "DELETE FROM events WHERE sequence IN (SELECT sequence FROM events ORDER BY sequence LIMIT ?)", [Self.share]
        )
            + remove(
                """
                DELETE FROM moments WHERE (pool, time) IN (SELECT pool, time FROM moments ORDER BY time LIMIT ?)
                """, [Self.share])
    }

    private func remove(_ sql: String, _ arguments: StatementArguments) throws -> Int {
        try execute(sql: sql, arguments: arguments)
        return changesCount
    }

    fileprivate func usedOctets() throws -> Int64 {
        let pages = try Int64.fetchOne(self, sql: "PRAGMA page_count") ?? 0
        let empty = try Int64.fetchOne(self, sql: "PRAGMA freelist_count") ?? 0
        return (pages - empty) * (try Int64.fetchOne(self, sql: "PRAGMA page_size") ?? 0)
    }
}
