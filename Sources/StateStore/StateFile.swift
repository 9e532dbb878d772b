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
            if let newer = Self.reasonToLeave(directory.path) { throw newer }
            queue = try Self.open(directory.file)
        } catch {
            guard error.isCorrupt else { throw error }
            movedAside = try directory.moveAside(at: date)
            queue = try Self.open(directory.file)
        }
    }

    /// Opens the file in a directory that nothing can be written in, to read it. What is in it is true if nobody else
    /// writes it.
    init(reading path: String) throws(StateError) {
        directory = StateDirectory(unlocked: path)
        // A journal beside the file has what was written last. Without one, SQLite need not try to make it.
        let hasJournal = FileManager.default.fileExists(atPath: directory.file + "-wal")
        var configuration = Configuration()
        configuration.readonly = true
        do {
            queue = try DatabaseQueue(
                path: "file:\(Self.escaped(directory.file))?\(hasJournal ? "mode=ro" : "immutable=1")",
                configuration: configuration)
            try queue.read { [path = directory.file] database in try Self.checkVersion(database, path) }
        } catch {
            throw StateError(error, path: directory.file)
        }
    }

    /// As part of a URI (RFC 3986 §2.3).
    private static func escaped(_ path: String) -> String {
        path.utf8.map { octet in
            let character = Character(UnicodeScalar(octet))
            let isPlain = character.isASCII && (character.isLetter || character.isNumber || "/-._~".contains(character))
            return isPlain ? String(character) : "%" + (octet < 16 ? "0" : "") + String(octet, radix: 16)
        }.joined()
    }

    /// Why the file must not be touched; nil if it may be, or will show why not.
    private static func reasonToLeave(_ directory: String) -> StateError? {
        do throws(StateError) {
            try StateFile(reading: directory).close()
            return nil
        } catch {
            return error.cause == .newer ? error : nil
        }
    }

    private static func checkVersion(_ database: Database, _ path: String) throws {
        if try StateSchema.migrator.hasBeenSuperseded(database) { throw StateError(path: path, cause: .newer) }
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
