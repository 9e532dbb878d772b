// The keys of a pool that say when it is out of service and what keeps members in or out.

internal import Checks
internal import DNSCore

extension KeySection {
    static let healthKeys: [ConfigurationKey] = [
        ConfigurationKey(
            "min_healthy", .text("`1` to `64`, or a share such as `50%`"), .value("1"),
            "How many targets must be in service; with fewer, the pool as a whole counts as down, and `when_all_down` "
                + "decides."),
        ConfigurationKey(
            "when_all_down", .words(of: ServiceRules.WhenAllDown.self), .value("open"),
            "What is answered then. `open`: all targets that no operator has taken out. `last_known`: those that were in "
                + "service last. `backup`: the key `backup`. `closed`: no address (NODATA). `servfail`: SERVFAIL, with an "
                + "extended error (RFC 8914) that says why. Never that the name does not exist."),
        ConfigurationKey(
            "backup", .list(.text("pool, address; host name for a pool of hosts")), .nothing,
            "With `when_all_down: backup`. A pool answers as it would for itself, its own backup included."),
        ConfigurationKey(
            "degraded", .words(["last", "equal", "lower_weight"]), .value("last"),
            "`last`: who is degraded is answered with only while nobody of the same address family is up, of whatever tier. "
                + "`equal`: as if it were up. `lower_weight`: beside the others, with less weight (policy `weighted`)."),
        ConfigurationKey(
            "degraded_weight", .words((1...9).map { "\($0)0%" }), .words("`10%`"),
            "With `degraded: lower_weight`: how much of its weight is left."),
        ConfigurationKey(
            "failback", .text("`auto`, `manual`, or `delayed` and a duration of `1s` to `24h`"), .value("auto"),
            "When a member that was down and passes its checks (`rise` times) is answered with again: at once; when an "
                + "operator restores its target (`triagedns restore POOL TARGET`); or after it has been well for so long. A "
                + "first verdict after the start is no recovery."),
        ConfigurationKey(
            "slow_start", .either([.duration(from: .seconds(1)), .off]), .value("off"),
            "How long the weight of a member that has come back takes to grow, in tenths, from a tenth to all of it (policy "
                + "`weighted`)."),
        ConfigurationKey(
            "damping", .either([.off, .section(.damping)]),
            .value("{changes: 3, within: 10min, hold: [2min, 5min, 10min], forget_after: 30min}"),
            "How flapping is slowed down."),
        ConfigurationKey(
            "stale_after", .duration(from: .seconds(10)), .value("5min"),
            "Without a verdict for so long (and three intervals of the check) a member counts as `unknown`: it is answered "
                + "with, at TTL 10. If it was down, it stays down."),
        ConfigurationKey(
            "common_mode", .either([.duration(from: .seconds(1)), .off]), .value("5min"),
            "If all targets begin to fail at the same deep layer (`http`, `dicom`) at about the same time, and at no layer "
                + "below, they are kept in service for so long rather than taken out one after the other. Then states follow "
                + "the checks."),
        ConfigurationKey(
            "recovery_target", .duration(from: .seconds(1)), .nothing,
            "How soon after any one target has failed nobody may be sent to it any more. Nothing is done about it, but "
                + "`triagedns check` (and a start or reload) warns if the worst case of intervals, thresholds, timeouts and "
                + "TTLs is longer, and says what to change. [recovery.md](recovery.md)"),
    ]

    static let damping = KeySection(
        "pools: NAME: damping", "",
        [
            ConfigurationKey(
                "changes", .integer(2...100), .value("3"), "So many changes between down and not down ..."),
            ConfigurationKey(
                "within", .duration(from: .seconds(1)), .value("10min"), "... within this time keep the member down ..."
            ),
            ConfigurationKey(
                "hold", .list(.duration(from: .seconds(1))), .value("[2min, 5min, 10min]"),
                "... for the first of these; the next time for the second, and so on."),
            ConfigurationKey(
                "forget_after", .duration(from: .seconds(1)), .value("30min"),
                "After so long without a change it starts over with the first."),
        ])
}
