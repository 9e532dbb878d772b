// Whether a zone finds its names: slots keep few bits of a hash beside a node, so that many names have the same.

@testable import DNSCore
import TestSupport
import Testing

@Suite struct ZoneContentsTests {
    private static let top = "@ 60 SOA ns h 1 2 3 4 5\n@ 60 NS ns\nns 60 A 192.0.2.53\n"

    /// Each name is found at a node of its own, which has its records and no others; what is not there is not found.
    @Test(arguments: [0, 1, 9, 10, 30_000])
    func findsItsNamesAndNoOthers(count: Int) throws {
        let hosts = (0..<count).map { "h\($0) 60 A 198.51.\($0 >> 8 & 255).\($0 & 255)\n" }.joined()
        let zone = try makeZone(Self.top + hosts, origin: "example.org")
        // Contents are there as long as their zone.
        defer { withExtendedLifetime(zone) {} }
        let contents = zone.contents
        var name = QueryName()
        var nodes = Set<Int>()
        for number in 0..<count {
            name.set(name: try DomainName("H\(number).example.org").wire)
            let found = contents.find(name)
            let node = try #require(found)
            nodes.insert(node)
            let ownSet = contents.set(of: contents.node(node), .a)
            let set = try #require(ownSet)
            let address = (0..<4).map { contents.octets[Int(set.start) + 12 + $0] }
            #expect(address == [198, 51, UInt8(number >> 8 & 255), UInt8(number & 255)])
            #expect(contents.node(node).setCount == 1 && set.length == 16)
            name.set(name: try DomainName("n\(number).example.org").wire)
            let other = contents.find(name)
            #expect(other == nil)
        }
        #expect(nodes.count == count)
        name.set(name: try DomainName("example.org").wire)
        let apex = contents.find(name)
        #expect(apex == Int(contents.apex))
        #expect(contents.node(Int(contents.apex)).setCount == 2)
    }

    /// Names in zones of the same shape are told apart for the rate limit.
    @Test func identifiersDifferBetweenZones() throws {
        let zones = try ["a.test", "b.test"].map { try makeZone(Self.top, origin: $0) }
        let identifiers = zones.map { $0.contents.identifier(of: Int($0.contents.apex)) }
        #expect(identifiers[0] != identifiers[1])
    }
}
