import Checks
import HealthChecks
import Testing

@testable import Admin

/// What is counted of checks.
@Suite struct ChecksReportTests {
    @Test func resultsAreThoseOfTheCheck() {
        var tally = ProbeTally()
        tally.add(Verdict(outcome: .passed, layers: [], latency: .milliseconds(1)))
        let check = CheckReport(
            CheckDefinition(name: "web", kind: .tcp, port: 443), pools: [.init(pool: "a", targets: ["x"])])
        let report = ChecksReport([check], pools: [], tallies: ["web": tally, "other": ProbeTally()])
        #expect(report.checks[0].results == [.init(outcome: "passed", layer: nil, count: 1)])
        #expect(report.checks[0].definition["type"] == .text("tcp"))
        #expect(report.checks[0].states.isEmpty)
    }
}
