// States of members: what the next run begins with.

internal import GRDB
internal import HealthChecks
#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension StateFile {
    /// What was saved last; nil: nothing yet.
    func health() throws(StateError) -> SavedHealth? {
        do {
            return try queue.read { database -> SavedHealth? in
                guard let time = try String.fetchOne(database, sql: "SELECT value FROM node WHERE key = 'saved'"),
                    let time = Int64(time)
                else { return nil }
                let node = try String.fetchOne(database, sql: "SELECT value FROM node WHERE key = 'prober'")
                let members = try String.fetchAll(database, sql: "SELECT value FROM members")
                // What another version has written another way is not known; the first round of probes will tell.
                return SavedHealth(
                    time: Date(milliseconds: time), members: members.compactMap { decode(SavedMember.self, $0) },
                    node: node.flatMap { decode(SavedNode.self, $0) })
            }
        } catch {
            throw StateError(error, path: path)
        }
    }
}

extension Database {
    /// Saves what is new.
    func save(_ health: UnsavedHealth) throws {
        if health.isComplete { try execute(sql: "DELETE FROM members") }
        let insert = try cachedStatement(
            sql: "INSERT OR REPLACE INTO members (pool, target, address, state, value) VALUES (?, ?, ?, ?, ?)")
        for member in health.members {
            try insert.execute(
                arguments: [member.pool, member.target, member.address, member.stateName, try encode(member)])
        }
        try set("prober", try encode(health.node))
    }

    /// Notes that what is saved is still true.
    func noteTime(_ date: Date) throws { try set("saved", "\(date.milliseconds)") }

    private func set(_ key: String, _ value: String) throws {
        try cachedStatement(sql: "INSERT OR REPLACE INTO node (key, value) VALUES (?, ?)").execute(
            arguments: [key, value])
    }
}

func encode(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}

func decode<Value: Decodable>(_ type: Value.Type, _ text: String) -> Value? {
    try? JSONDecoder().decode(type, from: Data(text.utf8))
}
