// What was known of pools at each moment, so that it can be said later what was answered, and why.

internal import GRDB
public import HealthChecks
internal import Synchronization

extension StateStore: MomentArchive {
    /// The most that wait to be written; more are not kept.
    private static let mostWaiting = 10_000

    public func append(_ moments: [PoolMoment]) {
        condition.withLock { condition in
            condition.moments += moments.suffix(max(0, Self.mostWaiting - condition.moments.count))
        }
    }

    /// For tests.
    var waitingMoments: Int { condition.withLock { $0.moments.count } }

    /// Notes that these, which were the first of those that wait, are saved.
    func noteSaved(_ saved: [PoolMoment], oldestEvent: UInt64?) {
        condition.withLock { condition in
            condition.oldestEvent = oldestEvent
            condition.moments.removeFirst(saved.count)
        }
    }

    public func last(of pool: String, at time: Timestamp) -> PoolMoment? {
        guard let file else { return nil }
        do throws(StateError) {
            return try file.lastMoment(of: pool, at: time)
        } catch {
            fail(error)
            return nil
        }
    }
}

extension StateFile {
    func lastMoment(of pool: String, at time: Timestamp) throws(StateError) -> PoolMoment? {
        do {
            let text = try queue.read { database in
                try String.fetchOne(
                    database, sql: "SELECT value FROM moments WHERE pool = ? AND time <= ? ORDER BY time DESC LIMIT 1",
                    arguments: [pool, time.milliseconds])
            }
            return text.flatMap { decode(PoolMoment.self, $0) }
        } catch {
            throw StateError(error, path: path)
        }
    }
}

extension Database {
    func save(_ moments: [PoolMoment]) throws {
        guard !moments.isEmpty else { return }
        let insert = try cachedStatement(
            sql: "INSERT OR REPLACE INTO moments (pool, time, value) VALUES (?, ?, ?)")
        for moment in moments {
            try insert.execute(arguments: [moment.pool, moment.time.milliseconds, try encode(moment)])
        }
    }
}
