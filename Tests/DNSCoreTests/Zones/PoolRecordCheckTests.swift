// What POOL records must not be, word for word, with their lines: names of targets, and what stands beside.

import DNSCore
import ServerConfiguration
import TestSupport
import Testing

@Suite struct PoolRecordCheckTests {
    private static let pools = """
        pools:
          p: {targets: {a: {address: 192.0.2.1, name: a.example.org}, b: {address: "2001:db8::2", name: b.example.org}}}
          nameless: {targets: {orthanc-a: 192.0.2.1}}
          outer: {targets: {x: {pool: nameless}}}
          far: {targets: {a: {address: 192.0.2.1, name: a.other.test}}}
          hosts: {targets: {h: {host: h.example.org}, i: {host: i.other.test}}}
        """

    /// The zone's text from line 4 on, and what must be said of it.
    static let cases: [(String, [String])] = [
        ("s POOL p SRV 1\na A 192.0.2.1\nb AAAA 2001:db8::2\n", []),
        ("s POOL far SRV 1\n", []),
        ("s POOL p SRV 1\na POOL p\nb POOL p\n", []),
        ("s.t POOL p SRV 1\n* A 192.0.2.1\nb AAAA 2001:db8::2\nt A 192.0.2.3\ns.t AAAA ::1\n", []),
        (
            "s POOL p SRV 1\na A 192.0.2.1\n",
            [
                "4: error: b.example.org., the name of b of the pool p, does not exist in the zone; "
                    + "add `b.example.org. AAAA 2001:db8::2`"
            ]
        ),
        (
            "s POOL p SRV 1\na TXT \"\"\nb CNAME s\n",
            [
                "4: error: a.example.org., the name of a of the pool p, has no A or AAAA record; "
                    + "add `a.example.org. A 192.0.2.1`",
                "4: error: b.example.org., the name of b of the pool p, is an alias, but SRV must name a host itself "
                    + "(RFC 2782); name another host",
            ]
        ),
        (
            "s POOL p SRV 1\na A 192.0.2.9\nb AAAA 2001:db8::2\n",
            [
                "4: warning: a.example.org. has other addresses than a, whose name it is; write `a.example.org. A 192.0.2.1`"
            ]
        ),
        (
            "s POOL nameless SRV 1\n",
            [
                "4: error: SRV records point at names, and orthanc-a of the pool nameless has none; write "
                    + "`name: orthanc-a.example.org` beside its address in triagedns.yaml, and `orthanc-a A 192.0.2.1` "
                    + "in this file"
            ]
        ),
        (
            "s POOL outer SRV 1\n",
            [
                "4: error: SRV records point at names, and orthanc-a of the pool nameless has none; write "
                    + "`name: orthanc-a.example.org` beside its address in triagedns.yaml, and `orthanc-a A 192.0.2.1` "
                    + "in this file"
            ]
        ),
        (
            "s POOL hosts SRV 1\n",
            [
                "4: error: h.example.org., the name of h of the pool hosts, does not exist in the zone; "
                    + "add its A or AAAA record"
            ]
        ),
        (
            "s POOL far SRV 1\ns POOL far SRV 2\ns SRV 0 0 1 ns\n",
            [
                "5: error: s.example.org. has another POOL with SRV in line 4; a name has one pool, put all targets in it",
                "6: error: s.example.org. has a POOL in line 4 that gives its SRV records; remove this record, or the POOL",
            ]
        ),
        (
            "s POOL p HTTPS 1 .\n",
            ["4: warning: s.example.org., whose addresses this HTTPS leads to, has none; add `POOL p` there too"]
        ),
        ("s POOL p HTTPS 1 .\ns POOL p\n", []),
        (
            "s POOL p HTTPS 1 www\n",
            [
                "4: warning: www.example.org., which this HTTPS names, does not exist in the zone; "
                    + "add its A or AAAA record, or correct the name"
            ]
        ),
        (
            "s POOL hosts HTTPS 1 ns\n",
            [
                "4: error: HTTPS carries addresses, and the targets of hosts are host names; "
                    + "write flatten: true in that pool, give its targets addresses, or name another pool"
            ]
        ),
        (
            "s POOL hosts\ns POOL far SRV 1\nh A 192.0.2.1\n",
            [
                "5: error: s.example.org. answers with a CNAME to one of its pool's hosts, and beside a CNAME nothing may "
                    + "stand (RFC 1034 §3.6.2); move this SRV record to another name"
            ]
        ),
        (
            "cut NS ns\ns.cut POOL far SRV 1\n",
            [
                "5: error: s.cut.example.org. lies below the delegation of cut.example.org. in line 4, so its POOL would "
                    + "never be answered; move it to the zone cut.example.org., or remove it"
            ]
        ),
        (
            "s POOL gone SRV 1\n",
            [
                "4: error: there is no pool \"gone\" in triagedns.yaml; write one of far, hosts, nameless, outer, p, "
                    + "or add it under `pools:`"
            ]
        ),
        (
            "s 3600 POOL far SRV 1\n",
            [
                "4: warning: the POOL of s.example.org. has a TTL of 3600 s, for which clients may go on using a target "
                    + "that has failed; write a TTL of 300 or less before POOL, such as 30"
            ]
        ),
    ]

    @Test(arguments: Self.cases) func says(_ text: String, _ expected: [String]) throws {
        let (configuration, _) = readConfiguration(text: Self.pools, file: "f.yaml")
        let pools = try #require(configuration).pools.map(\.definition)
        let zone = "$TTL 300\n@ SOA ns h 1 2 3 4 60\n@ NS ns\n\(text)ns A 192.0.2.53\n"
        let (_, findings) = try readTestZone(zone, origin: "example.org", pools: pools)
        #expect(findings.map(\.description) == expected.map { "db:" + $0 })
    }

    /// A reload tells made records apart by all that they are made of.
    @Test func differences() throws {
        let (configuration, _) = readConfiguration(text: Self.pools, file: "f.yaml")
        let pools = try #require(configuration).pools.map(\.definition)
        let zone = { (text: String) in
            try makeZone(poolZone + "www A 192.0.2.1\n" + text, origin: "example.org", pools: pools)
        }
        let texts = [
            "s POOL far SRV 1\n", "s POOL far SRV 2\n", "s 299 POOL far SRV 1\n", "s POOL p HTTPS 1 www\n",
            "s POOL p HTTPS 1 www alpn=h2\n", "s POOL p HTTPS 2 www\n", "s POOL p SVCB 1 www\n", "s HTTPS 1 www\n",
            "s POOL far HTTPS 1 www\n",
        ]
        for (first, old) in texts.enumerated() {
            for (second, new) in texts.enumerated() {
                let difference = ZoneDifference(from: try zone(old), to: try zone(new))
                let count = first == second ? 0 : 1
                #expect(difference.added == count && difference.removed == count, "\(old)\(new)")
            }
        }
    }
}
