// Zones of tricky shapes to ask.

import DNSCore
import FuzzSupport

/// Each with whether the same question always gets records of the same names and types: not so if a pool of hosts is
/// asked. libFuzzer runs in one thread.
nonisolated(unsafe) let worlds: [(World, isSteady: Bool)] = {
    let mixed = [("example.org", features)]
    let nested = [("example", wildcards), ("sub.example", chains), ("a.b.sub.example", minimal)]
    let root = [(".", rootZone), ("com", minimal)]
    return [
        (makeWorld(mixed, [.up]), false),
        (makeWorld(nested, [.up]), true),
        (makeWorld(root, [.up]), true),
        (makeWorld(mixed, [.down, .up, .unknown, .degraded]), false),
        (makeWorld(mixed, [.down]), false),
        (makeWorld(nested, [.up], settings), true),
        (makeWorld([("example.org", steered)], [.up, .up, .down, .degraded]), false),
    ]
}()

/// Everything that an OPT record can ask for.
private let settings = AnswerSettings(
    identity: Array("fuzz".utf8), version: Array("fuzz".utf8),
    cookieSecrets: [CookieSecret([UInt8](repeating: 7, count: 16))].compactMap(\.self))

private func makeWorld(
    _ zones: [(String, String)], _ states: [HealthState], _ settings: AnswerSettings = AnswerSettings()
) -> World {
    World(
        zones.map { origin, text in
            let (zone, findings) = readZone(Array(text.utf8), origin: DomainName(known: origin), pools: pools)
            guard let zone else { fatalError("\(origin): \(findings)") }
            return zone
        }, pools: pools, states: states, settings: settings)
}

private let head = """
    $TTL 300
    @ SOA ns hostmaster 1 7200 900 1209600 60
    @ NS ns
    ns A 192.0.2.1

    """

private let minimal = head

private let features =
    head + """
        @ NS ns.sub
        @ POOL four
        @ MX 10 mail
        ns AAAA 2001:db8::1
        mail POOL both
        mail TXT "beside"
        weighted POOL weighted
        hosts POOL hosts
        *.wild POOL both
        *.wildhost POOL hosts
        *.star CNAME mail
        *.mx MX 5 ns
        a CNAME b
        b CNAME c.deep.er
        c.deep.er CNAME hosts
        loop CNAME loop
        sub NS ns.sub
        sub DS 1 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118
        ns.sub A 192.0.2.2
        deep.sub NS ns.deep.sub
        _dicom._tcp SRV 0 5 11112 ns
        h HTTPS 1 . alpn=h2
        u TYPE65280 \\# 4 01020304
        $GENERATE 1-60 big A 198.51.100.$
        a\\.b TXT "dot"
        dname DNAME wild
        away DNAME a.very.long.name.elsewhere.test.

        """

/// Records that depend on who asks, or are made from pools.
private let steered =
    head + """
        @ POOL sticky
        @ POOL sticky HTTPS 1 . alpn=h2 port=8443
        *.wild POOL prefer
        *.wild POOL prefer SRV 104
        *.wild POOL prefer SVCB 1 @ key65000=x ech=AAEC
        sticky POOL sticky
        prefer POOL prefer
        outer POOL outer
        _dicom._tcp POOL outer SRV 11112
        _dicom._tcp.sticky POOL sticky SRV 11112
        _dicom._tcp.hosts POOL servers SRV 11112
        hosts POOL hosts
        a A 192.0.2.9
        mail CNAME sticky
        $GENERATE 0-11 t$ AAAA ::$
        x.dname AAAA ::1

        """

/// RFC 4592 §2.2.1, and what it does not have: wildcards of other types, and below empty names.
private let wildcards =
    head + """
        * MX 10 host1
        * TXT "this is a wildcard"
        sub.* TXT "this is not a wildcard"
        host1 A 192.0.2.4
        _ssh._tcp.host1 SRV 0 5 22 host1
        subdel NS ns.elsewhere.com.
        subdel NS ns.subdel
        ns.subdel A 192.0.2.5
        *.w CNAME x.w
        *.d.w DNAME e
        *.n.w NS ns
        a.b.c.d.e TXT "deep"
        *.c.d.e AAAA 2001:db8::2
        both POOL both
        $GENERATE 1-40 many MX $ ns$.many

        """

private let chains =
    head + """
        a CNAME b
        b CNAME a
        c CNAME ns.example.
        d CNAME x.y.subdel.example.
        e CNAME none.a.b.sub.example.
        d1 DNAME d2
        d2 DNAME d1
        up DNAME example.
        long DNAME \(String(repeating: "a", count: 60)).\(String(repeating: "b", count: 60)).\
        \(String(repeating: "c", count: 60)).test.
        self DNAME x.self
        x.cut A 192.0.2.9
        cut NS x.cut
        x.d1 A 192.0.2.9
        four POOL four
        $GENERATE 1-30 chain$ CNAME chain${1}
        $GENERATE 1-20 text TXT "\(String(repeating: "t", count: 60))$"

        """

private let rootZone = """
    $TTL 300
    . SOA ns hostmaster 1 7200 900 1209600 60
    . NS ns.root-servers.net.
    org NS ns.org
    org NS ns2.net.
    ns.org A 192.0.2.7
    net NS ns2.net
    ns2.net AAAA 2001:db8::7
    * TXT "any"
    x.test CNAME org.
    y.test CNAME ns.com.
    ns.root-servers.net. A 192.0.2.8

    """

private let pools: [PoolDefinition] = {
    let v4 = IPAddress.v4(0xc000_020a)
    let v6 = IPAddress.v6(0x2001_0db8_0000_0000, 10)
    let targets = (0..<12).map { index in
        TargetDefinition(
            name: "t\(index)", endpoint: .addresses([.v4(0xc000_0220 + UInt32(index)), .v6(1, UInt64(index))]),
            weight: UInt32(index), ownName: DomainName(known: "t\(index).example.org"))
    }
    let networks = ["0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "2001:db8::/32", "::/0"].compactMap { AddressPrefix($0) }
    let preferences = PoolPreferences(
        networks.enumerated().map { PoolPreferences.Entry(network: $1, targets: ["t\($0)", "t\($0 + 6)"]) })
    let inner = ["sticky", "prefer", "weighted"].map {
        TargetDefinition(name: $0, endpoint: .pool(NestedPool(name: $0)))
    }
    let hosts = ["a", "gone", "mail", "hosts", "x.dname"].map {
        TargetDefinition(name: $0, endpoint: .host(HostEndpoint(DomainName(known: "\($0).example.org"))))
    }
    // What SRV may name: hosts of the zone that have addresses, and whatever is outside of it.
    let servers = ["a.example.org", "x.dname.example.org", "elsewhere.test"].map {
        TargetDefinition(name: $0, endpoint: .host(HostEndpoint(DomainName(known: $0))))
    }
    let one = TargetDefinition(name: "a", endpoint: .addresses([v4]))
    let two = TargetDefinition(name: "a", endpoint: .addresses([v4, v6]))
    return [
        PoolDefinition(name: "four", policy: .roundRobin, targets: [one]),
        PoolDefinition(name: "both", policy: .failover, targets: [two]),
        PoolDefinition(name: "weighted", policy: .weighted, answers: 5, targets: targets),
        PoolDefinition(name: "hosts", policy: .roundRobin, targets: hosts),
        PoolDefinition(name: "servers", policy: .weighted, targets: servers),
        PoolDefinition(name: "sticky", policy: .sticky, answers: 3, targets: targets),
        PoolDefinition(name: "prefer", policy: .failover, targets: targets, preferences: preferences),
        PoolDefinition(name: "outer", policy: .weighted, answers: 8, targets: inner),
    ]
}()
