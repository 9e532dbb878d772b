// Who is the idlest, against the plainest way to find out; and addresses as SwiftNIO has them.

import DNSCore
import NIOCore
import NIOPosix
import Testing

@testable import Listeners

@Suite struct TCPSessionTableTests {
    /// Connections of 20 clients, some of which are active between one choice and the next.
    @Test func theIdlestIsFound() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let channel = try await DatagramBootstrap(group: group).bind(host: "127.0.0.1", port: 0).get()
        var random = SystemRandomNumberGenerator()
        var table = TCPSessionTable()
        var open: [TCPSession] = []
        func add() {
            let session = TCPSession(channel, client: .v4(UInt32.random(in: 0..<20, using: &random)))
            open.append(session)
            table.add(session)
        }
        for _ in 0..<300 { add() }
        while !open.isEmpty {
            for _ in 0..<Int.random(in: 0..<8, using: &random) { open.randomElement(using: &random)?.touch() }
            if Int.random(in: 0..<4, using: &random) == 0, open.count > 50 { add() }
            let isOfOne = Bool.random(using: &random)
            let client = try #require(open.randomElement(using: &random)).client
            let found = try #require(isOfOne ? table.idlest(of: client) : table.idlestOfAll())
            let idlest = open.filter { !isOfOne || $0.client == client }.map(\.lastActivity).min()
            #expect(found.lastActivity == idlest)
            #expect(table.count == open.count)
            table.remove(found)
            table.remove(found)
            open.removeAll { $0 === found }
        }
        #expect(table.count == 0 && table.all.isEmpty && table.idlestOfAll() == nil)
        try await channel.close()
    }

    /// One client is an IPv4 address, or an IPv6 /64.
    @Test func whoIsOneClient() async throws {
        let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        var table = TCPSessionTable()
        for text in ["192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::ffff:0:0:1", "2001:db8:0:1::1"] {
            table.add(TCPSession(channel, client: try #require(IPAddress(text))))
        }
        #expect(try table.count(of: #require(IPAddress("192.0.2.1"))) == 1)
        #expect(try table.count(of: #require(IPAddress("2001:db8::2"))) == 2)
        #expect(try table.count(of: #require(IPAddress("2001:db8:0:1:2::"))) == 1)
        #expect(try table.count(of: #require(IPAddress("2001:db8:0:2::1"))) == 0)
        try await channel.close()
    }

    @Test(arguments: [
        ("192.0.2.200", "192.0.2.200"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6"), ("::1", "::1"),
        ("::ffff:192.0.2.9", "192.0.2.9"),
    ]) func addresses(_ text: String, _ expected: String) throws {
        #expect(try IPAddress(SocketAddress(ipAddress: text, port: 53)) == IPAddress(expected))
    }

    @Test func aPathIsNoAddress() throws { #expect(try IPAddress(SocketAddress(unixDomainSocketPath: "/x")) == nil) }
}
