// The one file that outlives the process: a SQLite database, written by one connection on a thread of its own.

internal import Dispatch
internal import GRDB
internal import HealthChecks
#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The open file, with the tables that this version knows.
struct StateFile: Sendable {
    let directory: StateDirectory
    let queue: DatabaseQueue
    /// Where a damaged file is that was in its place.
    private(set) var movedAside: String?

    var path: String { directory.file }

    /// Opens the file in `directory`. One that is damaged is put aside, and a new one begun.
    init(_ directory: StateDirectory, at date: Date = Date()) throws(StateError) {
        self.directory = directory
        do throws(StateError) {
            // To open a file for writing touches it.
            if let newer = Self.reasonToLeave(directory.file) { throw newer }
            queue = try Self.open(directory.file)
        } catch {
            guard error.isCorrupt else { throw error }
            let damaged = try directory.moveAside(at: date)
            movedAside = damaged
            queue = try Self.open(directory.file)
            try salvageOrders(from: damaged)
        }
    }

    /// For a file that nothing is written in.
    init(_ directory: StateDirectory, reading queue: DatabaseQueue) {
        self.directory = directory
        self.queue = queue
    }

    /// Orders are few, and dear: those that can still be read of a damaged file stay in force.
    private func salvageOrders(from damaged: String) throws(StateError) {
        guard let old = try? Self.openToRead(damaged) else { return }
        defer { try? old.close() }
        let isSound = (try? old.read { try String.fetchOne($0, sql: "PRAGMA quick_check('orders')") }) == "ok"
        guard isSound, let orders = try? StateFile(directory, reading: old).orders().orders else { return }
        do {
            try queue.write { database in for order in orders { try database.save(order) } }
        } catch {
            throw StateError(error, path: path)
        }
    }

    private static func open(_ path: String) throws(StateError) -> DatabaseQueue {
        do {
            var configuration = Configuration()
            configuration.journalMode = .wal
            configuration.qos = .utility
            configuration.busyMode = .timeout(1)
            configuration.prepareDatabase { database in
                // What is committed outlives a process that is killed; orders are written so that they outlive a loss of
                // power, too.
                try database.execute(sql: "PRAGMA synchronous = NORMAL")
                // In kibioctets: there is little to read, and that seldom.
                try database.execute(sql: "PRAGMA cache_size = -\(cacheSize)")
                try database.execute(sql: "PRAGMA journal_size_limit = \(journalLimit)")
            }
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try StateSchema.migrator.migrate(queue)
            try queue.write { database in try check(database, path) }
            return queue
        } catch {
            throw StateError(error, path: path)
        }
    }

    private static let cacheSize = 512
    private static let journalLimit = 4 << 20

    /// Looks at all that the start needs, and whether the file can be written. Events may be many; whether they are sound
    /// shows when they are read.
    private static func check(_ database: Database, _ path: String) throws {
        for table in StateSchema.tablesOfTheStart {
            let answer = try String.fetchOne(database, sql: "PRAGMA quick_check('\(table)')") ?? ""
            if answer != "ok" { throw StateError(path: path, cause: .corrupt(answer)) }
        }
        try database.execute(
            sql: "INSERT OR REPLACE INTO node (key, value) VALUES ('opened', ?)", arguments: ["\(Date().milliseconds)"])
    }

    func read<Value: Sendable>(_ body: @Sendable @escaping (Database) throws -> Value) async throws(StateError) -> Value
    {
        do { return try await queue.read(body) } catch { throw StateError(error, path: path) }
    }

    func write<Value: Sendable>(
        _ body: @Sendable @escaping (Database) throws -> Value
    ) async throws(StateError) -> Value {
        do { return try await queue.write(body) } catch { throw StateError(error, path: path) }
    }

    /// Writes so that not even a loss of power can undo it.
    func writeForSure<Value: Sendable>(
        _ body: @Sendable @escaping (Database) throws -> Value
    ) async throws(StateError) -> Value {
        do {
            return try await queue.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = FULL")
                defer { try? database.execute(sql: "PRAGMA synchronous = NORMAL") }
                var value: Value?
                try database.inTransaction {
                    value = try body(database)
                    return .commit
                }
                guard let value else { preconditionFailure("a transaction that has ended has a value") }
                return value
            }
        } catch {
            throw StateError(error, path: path)
        }
    }

    func close() {
        try? queue.close()
        directory.release()
    }
}

extension Date {
    /// Since 1970.
    var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }

    init(milliseconds: Int64) { self.init(timeIntervalSince1970: Double(milliseconds) / 1000) }
}
