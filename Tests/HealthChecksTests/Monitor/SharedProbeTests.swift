// One probe for all pools that want the same, what targets have of their own, and what roles weigh.

import Checks
import DNSCore
import Testing

@testable import HealthChecks

@Suite struct SharedProbeTests {
    private let inside = IPAddress.v4(0x0A00_000B)
    private let answered = [IPAddress.v4(0xC000_020B), IPAddress.v4(0xC000_020C)]
    private let web = CheckDefinition(name: "web", kind: .https(HTTPOptions(), TLSOptions()), port: 443)
    private let echo = CheckDefinition(name: "echo", kind: .dicom(DICOMOptions(), nil), port: 11_112)

    private func pool(
        _ name: String, _ checks: [CheckDefinition], probing: [String: TargetProbing] = [:]
    ) -> MonitoredPool {
        MonitoredPool(
            definition: PoolDefinition(
                name: name, policy: .roundRobin,
                targets: [
                    TargetDefinition(name: "a", endpoint: .addresses([answered[0]])),
                    TargetDefinition(name: "b", endpoint: .addresses([answered[1]])),
                ]),
            checks: checks, targetProbing: probing)
    }

    @Test func sameProbeRunsOnce() {
        let named = { [web] (name: String) in web.naming([name]) }
        let plan = MonitorPlan([
            pool("p", [named("p.example"), echo.naming(["p.example"])]),
            pool("q", [echo.naming(["q.example"])]),
            pool("r", [named("r.example"), echo]),
            pool("s", [named("p.example")]),
        ])
        // By address: C-ECHO once; HTTPS for p and s, and with another name for r.
        #expect(plan.units.count == 6)
        #expect(plan.units.count { $0.check.name == "echo" } == 2)
        #expect(plan.membersOfUnit.map(\.count).sorted() == [1, 1, 2, 2, 3, 3])
    }

    @Test func oneServiceDownLeavesTheOther() throws {
        var board = HealthBoard(MonitorPlan([pool("web", [web, echo]), pool("dicom", [echo])]), at: .now)
        for (unit, probe) in board.plan.units.enumerated() {
            let failed = probe.check.name == "web" && probe.subject == .address(answered[0])
            let outcome = failed ? Verdict.Outcome.failed(.tcp, "connection refused") : .passed
            _ = board.record(Verdict(outcome: outcome, layers: [], latency: .zero), of: unit, at: .now)
        }
        #expect(board.table[0].map { $0.map(\.state) } == [[.down], [.up]])
        #expect(board.table[1].map { $0.map(\.state) } == [[.up], [.up]])
    }

    @Test func targetsHaveChecksAndAddressesOfTheirOwn() throws {
        let probing = [
            "a": TargetProbing(addresses: [inside]), "b": TargetProbing(checks: [echo]),
        ]
        let plan = MonitorPlan([pool("p", [web, echo], probing: probing)])
        let probed = plan.members.map { member in member.units.map { plan.units[$0] } }
        #expect(probed[0].map(\.check.name) == ["web", "echo"])
        #expect(probed[0].allSatisfy { $0.subject == .address(inside) })
        #expect(probed[1].map(\.check.name) == ["echo"])
        #expect(probed[1].allSatisfy { $0.subject == .address(answered[1]) })
        // What is answered stays what is answered.
        #expect(plan.members.map(\.subject) == answered.map { .address($0) })
        let status = HealthBoard(plan, at: .now).status(WallClock())[0].targets.map { $0.addresses[0] }
        #expect(status.map(\.address) == ["192.0.2.11", "192.0.2.12"])
        #expect(status.map(\.probedAddress) == ["10.0.0.11", nil])
    }

    @Test func addressesToProbe() {
        let several = TargetProbing(addresses: answered)
        #expect(several.address(at: 1) == answered[1])
        #expect(TargetProbing(addresses: [inside]).address(at: 1) == inside)
        #expect(TargetProbing().address(at: 0) == nil)
    }

    @Test func advisoryChecksOnlyDegrade() throws {
        var advice = web
        advice.role = .advisory
        var board = HealthBoard(MonitorPlan([pool("p", [echo, advice])]), at: .now)
        func record(_ check: String, _ outcome: Verdict.Outcome) {
            for (unit, probe) in board.plan.units.enumerated() where probe.check.name == check {
                _ = board.record(Verdict(outcome: outcome, layers: [], latency: .zero), of: unit, at: .now)
            }
        }
        record("echo", .passed)
        #expect(board.table[0][0][0].state == .up, "advice that is not there yet holds nothing up")
        record("web", .failed(.tls, "certificate expired"))
        #expect(board.table[0][0][0].state == .degraded)
        record("echo", .failed(.tcp, "connection refused"))
        #expect(board.table[0][0][0].state == .down)
    }
}
