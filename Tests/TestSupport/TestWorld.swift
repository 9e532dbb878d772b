// Zones from text, served by the pure function.

package import DNSCore
import Foundation
import ZoneFiles

/// Zones and pools, and memory to answer from them.
package final class TestWorld {
    package let state: Published<ServingState>
    private var scratch: Scratch

    package init(
        _ zones: [Zone], pools: [PoolDefinition] = [], conditions: [[[MemberCondition]]]? = nil,
        settings: AnswerSettings = AnswerSettings(), counted: CountedZones = CountedZones(), seed: UInt64 = 1
    ) {
        let image = ServingImage(zones: zones, counted: counted, poolCount: pools.count, settings: settings)
        let health =
            if let conditions {
                HealthSnapshot(pools: pools, conditions: conditions)
            } else {
                HealthSnapshot(
                    pools: pools,
                    conditions: pools.map { $0.targets.map { Array(repeating: .init(.up), count: $0.memberCount) } })
            }
        state = Published(ServingState(image: ImageBox(image), health: health))
        scratch = Scratch(seed: seed)
    }

    /// One zone, which must be without errors.
    package convenience init(
        zone text: String, origin: String = "example.org", pools: [PoolDefinition] = [],
        conditions: [[[MemberCondition]]]? = nil, settings: AnswerSettings = AnswerSettings(), seed: UInt64 = 1
    ) throws {
        self.init(
            [try makeZone(text, origin: origin, pools: pools)], pools: pools, conditions: conditions,
            settings: settings, seed: seed)
    }

    /// The time that the next answers are given at, in seconds since 1970.
    package var now: UInt32 {
        get { scratch.now }
        set { scratch.now = newValue }
    }

    /// What became of the last message.
    package private(set) var summary = AnswerSummary()
    package var outcome: Outcome { summary.outcome }

    /// The answer of the pure function; empty if there is none.
    package func answer(
        _ message: [UInt8], over transport: Transport = .udp, from client: IPAddress = .v4(0x7f00_0001)
    ) -> [UInt8] {
        let current = state.current
        let capacity = transport == .udp ? 4096 : 65_535
        return [UInt8](capacity: capacity) { response in
            summary = answerQuery(
                message.span, from: Client(client, over: transport), current.image.image, health: current.health,
                using: &scratch, into: &response)
        }
    }

    /// The answers of the pure function to messages over UDP of which all are read before the first is answered.
    package func answerTogether(
        _ messages: [[UInt8]], from client: IPAddress = .v4(0x7f00_0001)
    ) -> [[UInt8]] {
        let current = state.current
        for (number, message) in messages.enumerated() {
            readAhead(
                message.span, as: number, from: Client(client, over: .udp), current.image.image, using: &scratch)
        }
        findAhead(messages.count, current.image.image, using: &scratch)
        return messages.enumerated().map { number, message in
            [UInt8](capacity: 4096) { response in
                summary = answerPending(
                    number, message.span, current.image.image, health: current.health, using: &scratch,
                    into: &response)
            }
        }
    }

    /// The answer to a question, re-read by libldns.
    package func ask(_ name: String, _ type: String, over transport: Transport = .udp) throws -> LDNSMessage {
        let packet = try QueryPacket(name, type, edns: .init(size: 1232))
        guard let message = LDNSMessage(answer(packet.octets, over: transport)) else {
            throw TestTextError("libldns cannot read the answer to \(name) \(type)")
        }
        return message
    }

    /// The data of the answer section's records, one line each.
    package func data(_ name: String, _ type: String) throws -> [String] {
        try ask(name, type).answer.map { $0.split(separator: " ").dropFirst(4).joined(separator: " ") }
    }
}

/// Reads `text` as a zone file.
/// - Returns: the zone, unless it has errors, and everything that was found wrong.
package func readTestZone(
    _ text: String, origin: String, pools: [PoolDefinition]? = []
) throws -> (zone: Zone?, findings: [Diagnostic]) {
    let path = FileManager.default.temporaryDirectory.path + "/triagedns-\(UUID().uuidString).zone"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    var builder = ZoneBuilder(apex: try DomainName(origin))
    let read = readZoneFile(path, displayPath: "db", origin: try DomainName(origin), into: &builder)
    let (zone, findings) = builder.finish(pools: pools, file: "db")
    return (zone, read + findings)
}

/// A zone that must be without errors.
package func makeZone(_ text: String, origin: String, pools: [PoolDefinition] = []) throws -> Zone {
    let (zone, findings) = try readTestZone(text, origin: origin, pools: pools)
    guard let zone, !findings.contains(where: { $0.severity == .error }) else {
        throw TestTextError(findings.map(\.description).joined(separator: "\n"))
    }
    return zone
}
