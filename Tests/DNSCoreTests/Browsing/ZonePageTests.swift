// Reading a zone page by page, in canonical order, whatever the size of the pages.

import DNSCore
import TestSupport
import Testing
import ZoneFiles

@Suite struct ZonePageTests {
    private static let pools = [
        PoolDefinition(
            name: "one", policy: .roundRobin,
            targets: [
                TargetDefinition(
                    name: "a", endpoint: .addresses([.v4(0xc000_0201)]), ownName: try? DomainName("h.example.org"))
            ])
    ]
    /// The names of RFC 4034 §6.1, in no order, and what else a zone can hold.
    private static let text = #"""
        $TTL 300
        @ IN SOA ns1 hostmaster 7 7200 900 1209600 30
        @ IN NS ns1
        z.example.org. IN A 192.0.2.1
        a IN A 192.0.2.1
        \200.z IN A 192.0.2.1
        Z.a IN A 192.0.2.1
        *.z IN MX 10 mail
        yljkjljk.a IN A 192.0.2.1
        zABC.a IN A 192.0.2.1
        \001.z IN A 192.0.2.1
        \255.z IN A 192.0.2.1
        \254b.z IN A 192.0.2.1
        ns1 IN A 192.0.2.53
        h IN A 192.0.2.1
        mail IN A 192.0.2.3
        mail IN A 192.0.2.2
        mail IN A 192.0.2.4
        mail IN TXT "two  blanks" "and more"
        pool 30 IN POOL one
        _s._tcp 30 IN POOL one SRV 11112
        pool 30 IN POOL one HTTPS 1 . alpn=h2
        sub IN NS ns.sub
        ns.sub IN A 192.0.2.9
        """#
    private static let names = [
        "example.org.", "a.example.org.", "yljkjljk.a.example.org.", "z.a.example.org.", "zabc.a.example.org.",
        "h.example.org.", "mail.example.org.", "ns1.example.org.", "pool.example.org.", "sub.example.org.",
        "ns.sub.example.org.", #"_s._tcp.example.org."#, "z.example.org.", #"\001.z.example.org."#,
        "*.z.example.org.", #"\200.z.example.org."#, #"\254b.z.example.org."#, #"\255.z.example.org."#,
    ]

    private let zone: Zone

    init() throws { zone = try makeZone(Self.text, origin: "example.org", pools: Self.pools) }

    /// One line for each record.
    private func lines(_ page: ZonePage) -> [String] {
        page.sets.flatMap { set in
            switch set.source {
            case .records(let message):
                let data = recordData(message)
                return set.rows.map { "\(set.name) \(set.timeToLive) \(set.type.name) \(data[$0])" }
            case .pool(let number): return ["\(set.name) \(set.timeToLive) POOL \(number)"]
            case .services(let number, let port): return ["\(set.name) \(set.timeToLive) POOL \(number) SRV \(port)"]
            case .binding(let number, let message):
                return ["\(set.name) \(set.timeToLive) POOL \(number) \(set.type.name) \(recordData(message)[0])"]
            }
        }
    }

    private func all(_ filter: RecordFilter = .all, limit: Int = 1_000) -> [String] {
        let order = ZoneOrder(zone)
        var lines: [String] = []
        var place: ZonePlace?
        repeat {
            let page = zone.page(in: order, from: place, limit: limit, filter)
            #expect(self.lines(page).count <= limit)
            lines += self.lines(page)
            // As a client sends it back.
            place = page.next.flatMap { ZonePlace($0.description) }
            #expect((place == nil) == (page.next == nil))
        } while place != nil
        return lines
    }

    @Test func namesAreInCanonicalOrder() {
        var names: [String] = []
        for line in all() {
            let name = String(line.prefix { $0 != " " })
            if names.last != name { names.append(name) }
        }
        #expect(names == Self.names.sorted { left, right in isBefore(left, right) })
        #expect(names.count == Self.names.count)
    }

    /// RFC 4034 §6.1 as it stands, on the wire form.
    private func isBefore(_ left: String, _ right: String) -> Bool {
        let labels = { (text: String) -> [[UInt8]] in
            guard let wire = try? DomainName(text).canonicalWire else { return [] }
            var (labels, offset): ([[UInt8]], Int) = ([], 0)
            while wire[offset] > 0 {
                labels.append(Array(wire[(offset + 1)...(offset + Int(wire[offset]))]))
                offset += 1 + Int(wire[offset])
            }
            return labels.reversed()
        }
        let (mine, others) = (labels(left), labels(right))
        for (label, other) in zip(mine, others) where label != other { return label.lexicographicallyPrecedes(other) }
        return mine.count < others.count
    }

    @Test(arguments: 1...9)
    func pagesOfAnySizeHaveTheSameRecords(limit: Int) { #expect(all(limit: limit) == all()) }

    @Test func recordsAreWhatTheFileSays() {
        let lines = all()
        #expect(lines.count == zone.recordCount)
        #expect(
            lines.filter { $0.hasPrefix("mail.") } == [
                "mail.example.org. 300 A 192.0.2.3", "mail.example.org. 300 A 192.0.2.2",
                "mail.example.org. 300 A 192.0.2.4", #"mail.example.org. 300 TXT "two  blanks" "and more""#,
            ])
        #expect(lines.contains("*.z.example.org. 300 MX 10 mail.example.org."))
        #expect(lines.contains("ns.sub.example.org. 300 A 192.0.2.9"))
        #expect(lines.contains("example.org. 300 SOA ns1.example.org. hostmaster.example.org. 7 7200 900 1209600 30"))
    }

    @Test func poolsAreShownAsPools() {
        #expect(
            all(.pools)
                == [
                    "pool.example.org. 30 POOL 0", "pool.example.org. 30 POOL 0 HTTPS 1 . alpn=h2",
                    "_s._tcp.example.org. 30 POOL 0 SRV 11112",
                ].sorted { isBefore(String($0.prefix { $0 != " " }), String($1.prefix { $0 != " " })) })
        #expect(all(.type(.srv)) == ["_s._tcp.example.org. 30 POOL 0 SRV 11112"])
        #expect(all(.type(.mx)).count == 1)
    }

    @Test func oneNameIsReadAlone() throws {
        let name = try DomainName("MAIL.example.org.")
        let first = zone.page(of: name, from: nil, limit: 3)
        #expect(lines(first).count == 3)
        let rest = zone.page(of: name, from: first.next, limit: 3)
        #expect(lines(rest) == [#"mail.example.org. 300 TXT "two  blanks" "and more""#])
        #expect(rest.next == nil)
        #expect(zone.page(of: try DomainName("no.example.org."), from: nil, limit: 3).sets.isEmpty)
    }

    @Test func aPlaceHoldsWhereItsNameIsGone() throws {
        let place = ZonePlace(try DomainName("b.example.org."))
        let page = zone.page(in: ZoneOrder(zone), from: place, limit: 1)
        #expect(lines(page) == ["h.example.org. 300 A 192.0.2.1"])
    }
}
