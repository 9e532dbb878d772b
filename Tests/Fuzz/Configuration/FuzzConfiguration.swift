// triagedns.yaml: every finding has its line, and a configuration without errors keeps what its types promise.
//
// Input: the text of the file.

import Checks
import DNSCore
import FuzzSupport
import ServerConfiguration

@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe octets(start, count)
    guard let text = String(validating: input, as: UTF8.self) else { return InputUse.leftOut }
    let (configuration, findings) = readConfiguration(text: text, file: "triagedns.yaml")
    checkFindings(findings, input)
    let hasErrors = findings.contains { $0.severity == .error }
    demand((configuration == nil) == hasErrors, "errors and a configuration, or neither")
    if let configuration { check(configuration) }
    return InputUse.kept
}

private func checkFindings(_ findings: [Diagnostic], _ text: [UInt8]) {
    // YAML has more line ends than LF: CR, NEL and the separators of Unicode (YAML 1.1 §4.2).
    let ends = text.count { [0x0a, 0x0d, 0x85, 0xa8, 0xa9].contains($0) }
    for finding in findings {
        demand(finding.file == "triagedns.yaml" && !finding.message.isEmpty, "a finding without file or text")
        demand(1...ends + 2 ~= finding.line, "there is no line \(finding.line): \(finding)")
        let isPrintable = finding.message.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }
        demand(isPrintable, "control characters for a terminal: \(finding.message.debugDescription)")
    }
}

private func check(_ configuration: ServerConfiguration) {
    let server = configuration.server
    demand(server.listen?.isEmpty != true, "listens nowhere")
    demand(512...4096 ~= server.udpPayloadSize, "payload \(server.udpPayloadSize)")
    demand(server.tcpIdleTimeout > .zero, "no time for TCP")
    for pool in configuration.pools {
        let targets = pool.definition.targets
        demand(1...PoolDefinition.maximumTargets ~= targets.count, "\(targets.count) targets")
        demand(Set(targets.map(\.name)).count == targets.count, "two targets of one name")
        demand(targets.allSatisfy { $0.memberCount > 0 }, "a target without addresses")
        for check in pool.checks {
            demand(
                (check.port ?? 1) > 0 && check.schedule.fall > 0 && check.schedule.rise > 0, "a check that cannot run")
            demand(check.schedule.interval > .zero && check.schedule.recheckInterval > .zero, "no pause")
        }
    }
    // Every pool can be answered from.
    _ = HealthSnapshot(unprobed: configuration.pools.map(\.definition))
}
