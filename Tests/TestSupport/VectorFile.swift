// Test vectors as text: zones, queries, expected answers.
//
//     zone NAME … end                  a master file
//     pools … end                      the section `pools` of triagedns.yaml
//     down POOL TARGET                 a target that is down; all others are up
//     identity NAME                    what the server calls itself (RFC 5001)
//     version TEXT                     what it says of its version (RFC 4892)
//     query NAME TYPE [size=N] [do] [version=N] [rd] [class=N] [opcode=N] [tcp|udp] [option=CODE:HEX]...
//       = CODE [aa] [tc] [drop]        what the header says
//       an|au|ad RECORD                one record of the answer, authority or additional section
//       option CODE:HEX                one option of the OPT record
//
// Without `size` there is no OPT record. Records are compared as sets, in libldns's print. `;` at the start of a line
// is a comment.

package import DNSCore
import ServerConfiguration

/// What one file says.
package struct VectorFile {
    package var zones: [(origin: String, text: String)] = []
    package var vectors: [Vector] = []
    package var settings = AnswerSettings()
    package var pools: [PoolDefinition] = []
    private var down: Set<[String]> = []

    /// One query and its answer.
    package struct Vector {
        package var line: Int
        package var packet: QueryPacket
        package var transports: [Transport] = [.udp, .tcp]
        package var code = ""
        package var flags: Set<String> = []
        package var sections: [String: [String]] = ["an": [], "au": [], "ad": []]
        package var options: [String] = []
    }

    package init(_ text: String) throws {
        var zone: (origin: String, text: String)?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.split(separator: " ").map(String.init)
            if let open = zone {
                if line == "end" {
                    if open.origin.isEmpty { pools = try Self.pools(open.text) } else { zones.append(open) }
                    zone = nil
                } else {
                    zone?.text += line + "\n"
                }
                continue
            }
            guard let first = words.first, !first.hasPrefix(";") else { continue }
            switch first {
            case "zone": zone = (words[1], "")
            case "pools": zone = ("", "pools:\n")
            case "down": down.insert(Array(words[1...2]))
            case "identity": settings.identity = Array(words[1].utf8)
            case "version": settings.version = Array(words.dropFirst().joined(separator: " ").utf8)
            case "option": vectors[vectors.count - 1].options.append(words[1])
            case "query": vectors.append(try Self.query(words, line: index + 1))
            case "=":
                vectors[vectors.count - 1].code = words[1]
                vectors[vectors.count - 1].flags.formUnion(words.dropFirst(2))
            case "an", "au", "ad":
                guard let record = normalized(words.dropFirst().joined(separator: " ")) else {
                    throw TestTextError("line \(index + 1): libldns cannot read this record")
                }
                vectors[vectors.count - 1].sections[first]?.append(record)
            default: throw TestTextError("line \(index + 1): \(first)?")
            }
        }
    }

    /// What is known of each target.
    package var conditions: [[[MemberCondition]]] {
        pools.map { pool in
            pool.targets.map { target in
                let state = down.contains([pool.name, target.name]) ? HealthState.down : .up
                return Array(repeating: MemberCondition(state), count: target.memberCount)
            }
        }
    }

    /// What all zones say, with the pools.
    package func world() throws -> TestWorld {
        TestWorld(
            try zones.map { try makeZone($0.text, origin: $0.origin, pools: pools) }, pools: pools,
            conditions: conditions, settings: settings)
    }

    private static func pools(_ text: String) throws -> [PoolDefinition] {
        let (configuration, findings) = readConfiguration(text: text, file: "pools")
        guard let configuration else { throw TestTextError(findings.map(\.description).joined(separator: "\n")) }
        return configuration.pools.map(\.definition)
    }

    private static func query(_ words: [String], line: Int) throws -> Vector {
        var vector = Vector(line: line, packet: try QueryPacket(words[1], words[2]))
        for word in words.dropFirst(3) {
            let parts = word.split(separator: "=")
            if parts[0] == "option" {
                guard let option = QueryPacket.Option(parts[1]) else { throw TestTextError("line \(line): \(word)?") }
                vector.packet.edns = vector.packet.edns ?? .init(size: 1232)
                vector.packet.edns?.options.append(option)
                continue
            }
            switch (parts[0], parts.count > 1 ? UInt16(parts[1]) : nil) {
            case ("size", let size?): vector.packet.edns = .init(size: size)
            case ("version", let version?): vector.packet.edns?.version = UInt8(version)
            case ("class", let number?): vector.packet.recordClass = number
            case ("opcode", let opcode?): vector.packet.flags |= opcode << 11
            case ("do", nil): vector.packet.edns?.wantsDNSSEC = true
            case ("rd", nil): vector.packet.flags |= 0x0100
            case ("tcp", nil): vector.transports = [.tcp]
            case ("udp", nil): vector.transports = [.udp]
            default: throw TestTextError("line \(line): \(word)?")
            }
        }
        return vector
    }
}
