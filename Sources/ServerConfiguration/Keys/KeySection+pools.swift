// The section `pools`: how a pool answers, and its targets. What keeps members in or out of service is in
// KeySection+health.swift.

internal import DNSCore

extension KeySection {
    static let pool = KeySection(
        "pools: NAME", "[pools.md](pools.md) says what the policies and the rules of health do.",
        example: """
            checks:
              dicom: {type: dicom}
            pools:
              orthanc:
                policy: weighted
                answers: 1
                profile: orthanc
                checks: [dicom]
                targets:
                  orthanc-a: {address: 192.0.2.11, weight: 3}
                  orthanc-b: {address: [192.0.2.12, "2001:db8::12"], weight: 1}
                prefer: {10.1.0.0/16: [orthanc-b]}
                min_healthy: 50%
                when_all_down: backup
                backup: elsewhere
                degraded: lower_weight
                degraded_weight: 10%
                failback: delayed 60s
                slow_start: 5min
                damping: {changes: 3, within: 10min, hold: [2min, 5min, 10min], forget_after: 30min}
                stale_after: 5min
                common_mode: 5min
                recovery_target: 10min
              elsewhere: {flatten: true, targets: {cloud: {host: pacs.cloud.example}}}
            """,
        [
            ConfigurationKey(
                "policy", .words(of: PoolPolicy.self), .value("round-robin"), "How answers are picked."),
            ConfigurationKey(
                "answers", .integer(1...PoolDefinition.maximumAnswers),
                .words("1 under `weighted` and `sticky`, else 8"),
                "The most addresses in an answer. Under `weighted` the further ones are drawn by weight, under `sticky` they "
                    + "are where the client would go next."),
            ConfigurationKey(
                "profile", .words(["orthanc"]), .nothing,
                "Two checks in one word: an HTTPS path that reaches Orthanc, and a C-ECHO."),
            ConfigurationKey(
                "checks", .list(.text("check")), .words("none: always up"),
                "Those of the section `checks` that every target must pass."),
            ConfigurationKey(
                "targets", .named("names of targets", .either([.list(.address), .section(.target)])), .required,
                "An address alone is `{address: …}`. At most 64, those of nested pools counted."),
            ConfigurationKey(
                "flatten", .boolean, .value("false"), "Whether targets that are a `host` are answered as its addresses."
            ),
            ConfigurationKey(
                "prefer", .named("networks", .list(.text("target"))), .nothing,
                "Whose clients are answered with which targets first."),
        ] + healthKeys)

    static let target = KeySection(
        "pools: NAME: targets: NAME", "One of `address`, `host` and `pool` is needed.",
        example: """
            checks:
              dicom: {type: dicom}
            pools:
              site-a:
                policy: failover
                checks: [dicom]
                targets:
                  a1: {address: 192.0.2.11, name: a1.hospital.example, tier: 0, probe: {address: 10.0.0.11}}
                  a2: {address: 192.0.2.12, name: a2.hospital.example, tier: 1, checks: [dicom]}
              site-b: {targets: {b1: {host: b1.cloud.example, flatten: true}}}
              orthanc: {policy: sticky, targets: {a: {pool: site-a, weight: 2}, b: {pool: site-b, weight: 1}}}
            """,
        [
            ConfigurationKey("address", .list(.address), .nothing, "Answered as A and AAAA."),
            ConfigurationKey(
                "host", .hostName, .nothing, "A whole host name, answered as CNAME; each of its addresses is probed."),
            ConfigurationKey(
                "flatten", .boolean, .words("the pool's"), "Of a host: answered as A and AAAA with its addresses."),
            ConfigurationKey("pool", .text("pool"), .nothing, "Another pool: answered as that pool would be."),
            ConfigurationKey(
                "name", .hostName, .words("a host's own, else none"), "The target's own host name, for `POOL … SRV`."),
            ConfigurationKey(
                "weight", .integer(0...Int(TargetDefinition.maximumWeight)), .value("1"),
                "Under `weighted` and `sticky`: its share, relative to the other targets in service. 0 is answered with only "
                    + "among zeros."),
            ConfigurationKey(
                "tier", .integer(0...255), .words("the order of the file"),
                "Under `failover`: its rank, lowest first; for all targets or for none."),
            ConfigurationKey(
                "checks", .list(.text("check")), .words("the pool's"),
                "What it must pass, in place of the pool's checks."),
            ConfigurationKey(
                "probe", .section(.probe), .nothing, "Where it is probed, if not where it is answered with (NAT)."),
        ])

    static let probe = KeySection(
        "pools: NAME: targets: NAME: probe", "",
        [
            ConfigurationKey(
                "address", .list(.address), .required,
                "One for all addresses of the target, or one for each in their order.")
        ])
}
