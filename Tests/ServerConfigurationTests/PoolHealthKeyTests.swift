// The keys of a pool that are about health: what they mean, and what is wrong with them.

import Checks
import DNSCore
import Foundation
import Testing

@testable import ServerConfiguration

@Suite struct PoolHealthKeyTests {
    private func read(_ keys: String, policy: String = "weighted", more: String = "") -> (ConfiguredPool?, [String]) {
        let text = """
            pools:
              p:
                policy: \(policy)
                \(keys)
                targets: {a: 192.0.2.1, b: 192.0.2.2, c: 192.0.2.3}
            \(more)
            """
        let (configuration, findings) = readConfiguration(text: text, file: "f.yaml")
        return (configuration?.pools.first, findings.map { "\($0)".replacing("f.yaml:", with: "") })
    }

    @Test func defaults() throws {
        let pool = try #require(read("answers: 1").0)
        #expect(pool.rules == HealthRules())
        #expect(pool.definition.service == ServiceRules())
        #expect(pool.rules.damping?.holds == [.seconds(120), .seconds(300), .seconds(600)])
    }

    @Test func all() throws {
        let (read, findings) = read(
            """
            min_healthy: 50%
                when_all_down: backup
                backup: [192.0.2.9, "2001:db8::9"]
                degraded: lower_weight
                degraded_weight: 30%
                failback: delayed 90s
                slow_start: 5min
                damping: {changes: 4, within: 5min, hold: [30s, 1min], forget_after: 1h}
                stale_after: 2min
                common_mode: off
                recovery_target: 90s
            """)
        #expect(findings == [])
        let pool = try #require(read)
        let service = pool.definition.service
        #expect(service.minimumHealthy == .percent(50))
        #expect(service.whenAllDown == .backup)
        #expect(service.backup == .addresses([.v4(0xC000_0209), .v6(0x2001_0db8 << 32, 9)]))
        #expect(service.degraded == .lowerWeight(tenths: 3))
        #expect(pool.rules.failback == .delayed(.seconds(90)))
        #expect(pool.rules.slowStart == .seconds(300))
        #expect(
            pool.rules.damping
                == HealthRules.Damping(
                    transitions: 4, window: .seconds(300), holds: [.seconds(30), .seconds(60)],
                    forgetAfter: .seconds(3600)))
        #expect(pool.rules.staleAfter == .seconds(120))
        #expect(pool.rules.commonModeHold == nil)
        #expect(pool.recoveryTarget == RecoveryTarget(duration: .seconds(90), line: 14))
    }

    @Test func otherForms() throws {
        #expect(read("failback: manual").0?.rules.failback == .manual)
        #expect(read("damping: off").0?.rules.damping == .none)
        #expect(read("min_healthy: 2").0?.definition.service.minimumHealthy == .count(2))
        #expect(read("degraded: equal", policy: "failover").0?.definition.service.degraded == .equal)
        for rule in ServiceRules.WhenAllDown.allCases where rule != .backup {
            #expect(read("when_all_down: \(rule.rawValue)").0?.definition.service.whenAllDown == rule)
        }
        let pool = read("when_all_down: backup\n    backup: q", more: "  q: {targets: {x: 192.0.2.8}}")
        #expect(pool.0?.definition.service.backup == .pool("q"))
        #expect(pool.1 == [])
    }

    static let errors: [(String, [String])] = [
        (
            "min_healthy: 0",
            ["4: error: min_healthy must be a number of targets or a share of them, but is \"0\"; write 1 or 50%"]
        ),
        ("min_healthy: 4", ["4: error: min_healthy is 4, but the pool has 3 targets; write 3 or less"]),
        ("min_healthy: 101%", ["4: error: min_healthy must be from 1% to 100%, but is \"101%\""]),
        (
            "when_all_down: nxdomain",
            [
                "4: error: when_all_down must be one of open, last_known, backup, closed, servfail, but is \"nxdomain\""
            ]
        ),
        (
            "when_all_down: backup",
            ["4: error: when_all_down: backup needs one; write backup: and a pool or addresses"]
        ),
        (
            "backup: 192.0.2.9",
            ["4: error: backup has no effect without when_all_down: backup; write that, or remove backup"]
        ),
        (
            "{when_all_down: backup, backup: a.example}",
            [
                "4: error: backup must be a pool, or addresses, but is \"a.example\"; write backup: [192.0.2.99]"
            ]
        ),
        (
            "{when_all_down: backup, backup: [192.0.2.9, x]}",
            ["4: error: an address of backup must be IPv4 or IPv6, but is \"x\"; write 192.0.2.99"]
        ),
        (
            "{when_all_down: backup, backup: [192.0.2.9, 192.0.2.9]}",
            ["4: error: backup names 192.0.2.9 twice; remove one of the two"]
        ),
        ("{when_all_down: backup, backup: q}", ["4: error: there is no pool \"q\"; write one of pools"]),
        (
            "{when_all_down: backup, backup: p}",
            ["4: error: the backup of p leads back to it; write another pool, or addresses"]
        ),
        ("degraded: first", ["4: error: degraded must be one of last, equal, lower_weight, but is \"first\""]),
        (
            "degraded_weight: 20%",
            ["4: error: degraded_weight has no effect without degraded: lower_weight; write that, or remove it"]
        ),
        (
            "{degraded: lower_weight, degraded_weight: 15%}",
            ["4: error: degraded_weight must be 10%, 20% and so on up to 90%, but is \"15%\""]
        ),
        (
            "failback: delayed",
            [
                "4: error: failback must be auto, manual or delayed with a duration up to 24h, but is \"delayed\"; write delayed 60s"
            ]
        ),
        (
            "recovery_target: 60",
            ["4: error: recovery_target must be a duration such as 500ms, 10s, 5min or 1h, but is \"60\""]
        ),
        ("recovery_target: 500ms", ["4: error: recovery_target must be from 1s to 24h, but is \"500ms\""]),
        ("slow_start: 0s", ["4: error: slow_start must be from 1s to 24h, but is \"0s\""]),
        (
            "damping: on",
            [
                "4: error: damping must be off, or keys below it, but is \"on\"; write damping: {changes: 3, within: 10min}"
            ]
        ),
        ("damping: {changes: 1}", ["4: error: changes must be a whole number from 2 to 100, but is \"1\""]),
        (
            "damping: {times: 1}",
            ["4: error: unknown key \"times\" in damping; there are changes, within, hold, forget_after"]
        ),
        (
            "damping: {hold: [5min, 2min]}",
            ["4: error: hold must not become shorter; write the durations in order, such as [2min, 5min, 10min]"]
        ),
        ("damping: {hold: []}", ["4: error: hold names no duration; write hold: [2min, 5min, 10min]"]),
        ("stale_after: 5s", ["4: error: stale_after must be from 10s to 24h, but is \"5s\""]),
        (
            "common_mode: yes",
            ["4: error: common_mode must be a duration such as 500ms, 10s, 5min or 1h, but is \"yes\""]
        ),
    ]

    @Test(arguments: Self.errors) func saysWhatIsWrong(_ keys: String, _ expected: [String]) {
        // Several keys are written in braces, and stand on one line.
        let isFlow = keys.hasPrefix("{")
        let text =
            isFlow
            ? "pools:\n\n\n  p: {policy: weighted, \(keys.dropFirst().dropLast()), "
                + "targets: {a: 192.0.2.1, b: 192.0.2.2, c: 192.0.2.3}}\n" : ""
        let found =
            isFlow ? readConfiguration(text: text, file: "f").1.map { "\($0)".replacing("f:", with: "") } : read(keys).1
        #expect(found == expected)
    }

    @Test func keysThatNeedWeights() {
        #expect(
            read("slow_start: 5min", policy: "failover").1 == [
                "4: error: slow_start has no effect under failover; write policy: weighted, or remove it"
            ])
        #expect(
            read("degraded: lower_weight", policy: "round-robin").1 == [
                "4: error: degraded: lower_weight has no effect under round-robin; write policy: weighted, or degraded: last"
            ])
    }

    @Test func backupsOfAnotherKindAndInACircle() {
        #expect(
            read("when_all_down: backup\n    backup: q", more: "  q: {targets: {x: {host: a.example}}}").1 == [
                "5: error: p has addresses but its backup q has hosts; write a pool of the same kind"
            ])
        let circle = "  q: {when_all_down: backup, backup: p, targets: {x: 192.0.2.8}}"
        #expect(
            read("when_all_down: backup\n    backup: q", more: circle).1 == [
                "5: error: the backup of p leads back to it; write another pool, or addresses",
                "7: error: the backup of q leads back to it; write another pool, or addresses",
            ])
    }

    @Test func theProber() throws {
        let (configuration, findings) = readConfiguration(
            text: "prober: {references: [\"192.0.2.1:443\", \"[2001:db8::1]:53\"], freeze: 2min}", file: "f")
        #expect(findings == [])
        #expect(configuration?.prober.references.map(\.description) == ["192.0.2.1:443", "[2001:db8::1]:53"])
        #expect(configuration?.prober.freeze == .seconds(120))
        #expect(readConfiguration(text: "prober: {freeze: off}", file: "f").0?.prober.freeze == .none)
        #expect(ServerConfiguration().prober.freeze == .seconds(600))
        let wrong = readConfiguration(
            text: "prober:\n  references: [gateway, \"192.0.2.1:443\", \"192.0.2.1:443\"]\n  hold: 5s", file: "f"
        ).1
        #expect(
            wrong.map(\.description) == [
                "f:3: error: unknown key \"hold\" in prober; there are references, freeze",
                "f:2: error: a reference must be an address and a port, but is \"gateway\"; write \"192.0.2.1:443\"",
                "f:2: error: references names 192.0.2.1:443 twice; remove one of the two",
            ])
    }
}
