// Zones and pools to answer from, without files and sockets. The only place of the fuzz targets that calls
// `answerQuery`.

package import DNSCore
internal import Glibc
internal import ZoneFiles

/// A serving image with its health.
package final class World {
    private let state: ServingState
    private var scratch = Scratch(seed: 1)
    package let maximumPayload = 1232

    package init(
        _ zones: [Zone], pools: [PoolDefinition], states: [HealthState] = [.up],
        settings: AnswerSettings = AnswerSettings()
    ) {
        let image = ServingImage(zones: zones, poolCount: pools.count, settings: settings)
        var count = 0
        let conditions = pools.map { pool in
            pool.targets.map { target in
                (0..<target.memberCount).map { _ in
                    count += 1
                    return MemberCondition(states[count % states.count])
                }
            }
        }
        state = ServingState(image: ImageBox(image), health: HealthSnapshot(pools: pools, conditions: conditions))
    }

    /// The answer to one message; empty if there is none.
    package func answer(_ message: [UInt8], over transport: Transport) -> [UInt8] {
        [UInt8](capacity: transport == .udp ? 4096 : 65_535) { response in
            _ = answerQuery(
                message.span, from: Client(.v4(0xc000_0209), over: transport), state.image.image,
                health: state.health, using: &scratch, into: &response)
        }
    }

    /// The answer to one message, held to the rules.
    @discardableResult
    package func check(_ message: [UInt8], over transport: Transport) -> WireMessage? {
        AnswerRules.check(
            answer(message, over: transport), to: message, over: transport, maximumPayload: maximumPayload)
    }
}

/// A zone read from text.
/// - Returns: the zone, unless it has errors, and everything that was found wrong.
package func readZone(
    _ text: [UInt8], origin: DomainName, pools: [PoolDefinition]
) -> (zone: Zone?, findings: [Diagnostic]) {
    withFile(text) { path in
        var builder = ZoneBuilder(apex: origin)
        let reading = readZoneFile(path, displayPath: "db", origin: origin, into: &builder)
        let (zone, checks) = builder.finish(pools: pools, file: "db")
        return (reading.contains { $0.severity == .error } ? nil : zone, reading + checks)
    }
}

/// Calls `body` with the path of a file that has no name in any directory.
package func withFile<Result>(_ content: [UInt8], _ body: (String) -> Result) -> Result {
    guard let file = unsafe tmpfile() else { fatalError("no temporary file: errno \(errno)") }
    defer { unsafe fclose(file) }
    let descriptor = unsafe fileno(file)
    let written = unsafe write(descriptor, content, content.count)
    precondition(written == content.count, "room for a temporary file")
    return body("/proc/self/fd/\(descriptor)")
}

extension DomainName {
    /// A name of a target's own, which is right.
    package init(known text: String) {
        guard let name = try? DomainName(text) else { fatalError("no name: \(text)") }
        self = name
    }
}
