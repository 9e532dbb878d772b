// docs/pools.md names the keys and policies that there are.

import DNSCore
import Foundation
import Testing

@testable import ServerConfiguration

@Suite struct PoolManualTests {
    /// The first cells of the tables below a heading, those in code.
    private func cells(below heading: String) throws -> [String] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("docs/pools.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        let lines = text.split(separator: "\n").drop { $0 != heading }.dropFirst().prefix { !$0.hasPrefix("#") }
        return lines.filter { $0.hasPrefix("| `") }.map { String($0.dropFirst(3).prefix { $0 != "`" }) }
    }

    @Test func hasAllOfThem() throws {
        // Words of the tables' heads stand in the first cell too.
        let policies = ["policy"] + PoolPolicy.allCases.map(\.rawValue)
        #expect(try cells(below: "## Steering") == policies + poolKeys + targetKeys)
    }

    /// What the manual shows is right.
    @Test func itsExamplesAreRead() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("docs/pools.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        let examples = text.components(separatedBy: "```yaml\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
        #expect(examples.count >= 2)
        for example in examples {
            let checks = "checks: {dicom: {type: dicom}}\n"
            let findings = readConfiguration(text: checks + example, file: "f").1
            #expect(findings.filter { $0.severity == .error } == [], "\(example)")
        }
    }
}
