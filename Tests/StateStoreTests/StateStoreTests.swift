// What one run writes, and the next one reads; and files that cannot be used.

import Checks
import DNSCore
import Foundation
import GRDB
import Logging
import Testing

@testable import HealthChecks
@testable import StateStore

/// A directory of its own for a test, that goes with it.
final class Scratch: Sendable {
    let path = FileManager.default.temporaryDirectory.path + "/triagedns-state-\(UUID().uuidString)"

    var file: String { path + "/" + StateDirectory.fileName }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

    func open(at date: Date = Date()) throws -> StateFile { try StateFile(StateDirectory(path), at: date) }

    func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    func damage(at offset: UInt64, _ count: Int) throws {
        let handle = try #require(FileHandle(forUpdatingAtPath: file))
        try handle.seek(toOffset: offset)
        try handle.write(contentsOf: Data(repeating: 0xA5, count: count))
        try handle.close()
    }
}

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

func event(_ number: UInt64, at date: Date = Date(timeIntervalSince1970: 1_800_000_000)) -> HealthEvent {
    var event = HealthEvent(.transition, at: WallClock(date: date).text(.now), reason: "number \(number)")
    event.sequence = number
    event.pool = "p"
    return event
}

@Suite struct StateFileTests {
    private let scratch = Scratch()

    @Test func onlyItsUserMayRead() throws {
        let nested = Scratch()
        let file = try StateFile(StateDirectory(nested.path + "/a/b"))
        defer { file.close() }
        #expect(try nested.mode(nested.path + "/a/b") == 0o700)
        #expect(try nested.mode(nested.path + "/a/b/triagedns.sqlite") == 0o600)
        #expect(try nested.mode(nested.path + "/a/b/triagedns.sqlite-wal") == 0o600)
        #expect(try nested.mode(nested.path + "/a/b/triagedns.lock") == 0o600)
    }

    @Test func eventsComeBackAsTheyWere() async throws {
        let file = try scratch.open()
        #expect(try file.eventRange() == nil)
        let events = (5...9).map { event($0) }
        try await file.write { try $0.save(events, at: Date()) }
        file.close()
        let again = try scratch.open()
        #expect(try again.eventRange() == 5...9)
        #expect(try await again.events(after: 6, limit: 2) == Array(events[2...3]))
        #expect(try await again.events(after: 0, limit: 100) == events)
        #expect(try await again.events(after: .max, limit: 100).isEmpty)
    }

    @Test func oldEventsGo() async throws {
        let file = try scratch.open()
        let date = Date(timeIntervalSince1970: 1_800_000_000)
        let events = (1...3000).map { event($0, at: date + Double($0)) }
        try await file.write { try $0.save(events, at: Date()) }
        while try await file.pruneEvents(before: date + 1501, count: 10_000) {}
        #expect(try file.eventRange() == 1501...3000)
        while try await file.pruneEvents(before: date, count: 100) {}
        #expect(try file.eventRange() == 2901...3000)
        #expect(try await file.pruneEvents(before: date, count: 100) == false)
        #expect(try file.eventRange() == 2901...3000)
    }

    @Test func oneProcessAtATime() throws {
        let first = try scratch.open()
        #expect(throws: StateError(path: scratch.path, cause: .inUse(process: getpid()))) { try scratch.open() }
        #expect(
            "\(StateError(path: "/x", cause: .inUse(process: 12)))"
                == "/x is in use by another triagedns, process 12; end that, or name another directory with --state")
        withExtendedLifetime(first) {}
    }

    @Test func aNewerFileIsLeftAlone() throws {
        let file = try scratch.open()
        try file.queue.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('999')") }
        file.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: scratch.file))
        #expect(throws: StateError(path: scratch.file, cause: .newer)) { try scratch.open() }
        #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.file)) == before)
    }

    @Test(arguments: [0, 4096, 8192, 12_288])
    func aDamagedFileIsPutAside(offset: UInt64) async throws {
        let file = try scratch.open()
        try await file.write { try $0.save((1...20).map { event($0) }, at: Date()) }
        file.close()
        try scratch.damage(at: offset, 4096)
        let new = try scratch.open(at: Date(timeIntervalSince1970: 1_800_000_000))
        defer { new.close() }
        guard let aside = new.movedAside else {
            // Damage among events alone shows when they are touched.
            await #expect {
                _ = try await new.events(after: 0, limit: 100)
                _ = try await new.pruneEvents(before: .distantFuture, count: 0)
            } throws: { ($0 as? StateError)?.isCorrupt == true }
            return
        }
        #expect(aside == scratch.file + ".corrupt-20270115T080000Z")
        #expect(FileManager.default.fileExists(atPath: aside))
        #expect(try new.eventRange() == nil)
    }

    @Test func somethingThatIsNoDatabase() throws {
        try FileManager.default.createDirectory(atPath: scratch.path, withIntermediateDirectories: true)
        try Data("not a database, but long enough to look like one".utf8).write(to: URL(fileURLWithPath: scratch.file))
        let file = try scratch.open()
        let aside = try #require(file.movedAside)
        #expect(try String(contentsOfFile: aside, encoding: .utf8).hasPrefix("not a database"))
    }

    @Test func aPlaceThatCannotBeADirectory() throws {
        try FileManager.default.createDirectory(atPath: scratch.path, withIntermediateDirectories: true)
        let path = scratch.path + "/file"
        try Data().write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: StateError.self) { try StateDirectory(path) }
        #expect(error.map { "\($0)" }?.contains("Not a directory; name a directory with --state") == true)
    }
}

@Suite struct StateStoreTests {
    private let scratch = Scratch()

    private func store(at date: Date = Date()) -> StateStore {
        StateStore(directory: scratch.path, logger: quiet, at: date)
    }

    private func save(_ events: ClosedRange<UInt64>, _ store: StateStore) async throws {
        try await #require(store.file).write { try $0.save(events.map { event($0) }, at: Date()) }
    }

    @Test func numbersGoOnFromTheLast() async throws {
        let first = store()
        #expect(first.restored.newestEvent == 0)
        try await save(1...3, first)
        first.close()
        let second = store()
        #expect(second.restored.newestEvent == 3)
        #expect(second.oldestEvent == 1)
        #expect(await second.events(after: 1, limit: 10).map(\.sequence) == [2, 3])
        #expect(second.status == StateStatus(directory: scratch.path, isWorking: true, problem: nil, errors: 0))
    }

    @Test func statesThatAreTooOldAreNotUsed() async throws {
        let first = store()
        let now = Date()
        let node = SavedNode(subjects: [:], cutOff: nil, commonCauses: [:])
        try await #require(first.file).write { database in
            try database.save(UnsavedHealth(isComplete: true, members: [], node: node))
            try database.noteTime(now)
        }
        first.close()
        for (date, isUsed) in [(now + 299, true), (now + 301, false), (now - 200, true), (now - 400, false)] {
            let store = store(at: date)
            #expect((store.restored.health != nil) == isUsed, "\(date)")
            store.close()
        }
    }

    @Test func whatAnotherProcessHasIsReadAtLeast() async throws {
        let first = store()
        try await save(1...3, first)
        let second = store()
        #expect(!second.status.isWorking)
        #expect(second.status.problem?.contains("is in use by another triagedns") == true)
        #expect(second.file == nil)
        // Its numbers are beyond all that the other can give.
        #expect(second.restored.newestEvent > 1_000_000_000_000)
        first.close()
    }

    @Test func damageThatShowsLater() async throws {
        let store = store()
        try await save(1...3, store)
        store.fail(StateError(path: scratch.file, cause: .corrupt("database disk image is malformed")))
        #expect(store.file == nil && !store.status.isWorking && store.status.errors == 1)
        #expect(store.reopen() == [])
        #expect(scratch.names.contains { $0.hasPrefix("triagedns.sqlite.corrupt-") })
        #expect(store.oldestEvent == nil)
        store.succeed()
        #expect(store.status.isWorking)
    }

    @Test func whatCannotBeWrittenIsStillRead() async throws {
        let first = store()
        try await save(1...3, first)
        // As a process leaves it that is killed: the journal holds what was written last.
        let copy = Scratch()
        try FileManager.default.createDirectory(atPath: copy.path, withIntermediateDirectories: true)
        for name in scratch.names where name != "triagedns.lock" {
            try FileManager.default.copyItem(atPath: scratch.path + "/" + name, toPath: copy.path + "/" + name)
        }
        let file = try StateFile(reading: copy.path)
        #expect(try file.eventRange() == 1...3)
        file.close()
        first.close()
        #expect(scratch.names == ["triagedns.lock", "triagedns.sqlite"])
        let closed = try StateFile(reading: scratch.path)
        #expect(try closed.eventRange() == 1...3)
        closed.close()
        #expect(scratch.names == ["triagedns.lock", "triagedns.sqlite"])
    }
}
