// The resolver against name servers on loopback: several servers, TCP, silence, forgeries.

import DNSCore
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import Resolving

@Suite struct StubResolverTests {
    private let a = IPAddress.v4(0xc000_020b)
    private let six = IPAddress.v6(0x2001_0db8_0000_0000, 11)

    private func lookUp(
        _ name: String, _ servers: [ResolverSettings.Server], timeout: Duration = .seconds(20), attempts: Int = 1,
        hosts: String = "/nonexistent"
    ) async -> HostLookup {
        let settings = ResolverSettings(servers: servers, timeout: timeout, attempts: attempts)
        let resolver = StubResolver(settings, resolverFile: "/nonexistent", hostsFile: hosts)
        return await resolver.lookUp((try? DomainName(name)) ?? .root, on: testGroup.next())
    }

    private func addresses(_ query: [UInt8], _ timeToLive: UInt32 = 60) -> [[UInt8]] {
        asksForIPv6(query)
            ? [record(pointerToQuestion, .aaaa, timeToLive, six.octets)]
            : [record(pointerToQuestion, .a, timeToLive, a.octets)]
    }

    @Test func findsBothFamilies() async throws {
        try await withNameServer({ query, _ in [answer(query, addresses(query))] }) { server in
            let found = await lookUp("a.example", [server])
            #expect(found.v4 == .addresses([a], timeToLive: 60))
            #expect(found.v6 == .addresses([six], timeToLive: 60))
            #expect(found.source == "127.0.0.1:\(server.port)")
        }
    }

    @Test func asksOverTCPForWhatIsTruncated() async throws {
        try await withNameServer({ query, usesTCP in
            [usesTCP ? answer(query, addresses(query)) : answer(query, flags: 0x8380, [])]
        }) { server in
            #expect(await lookUp("a.example", [server]).v4 == .addresses([a], timeToLive: 60))
        }
        // Over TCP too: a broken server.
        try await withNameServer({ query, _ in [answer(query, flags: 0x8380, [])] }) { server in
            #expect(
                await lookUp("a.example", [server]).v4 == .failed("a truncated answer from \(server) over TCP"))
        }
    }

    @Test func waitsForTheTrueAnswerAmongForgeries() async throws {
        try await withNameServer({ query, _ in
            var wrongID = answer(query, [record(pointerToQuestion, .a, 60, [6, 6, 6, 6])])
            wrongID[1] ^= 1
            var wrongName = answer(query, [record(pointerToQuestion, .a, 60, [6, 6, 6, 6])])
            wrongName[13] ^= 1
            return [wrongID, [], wrongName, query, answer(query, addresses(query))]
        }) { server in
            #expect(await lookUp("a.example", [server]).v4 == .addresses([a], timeToLive: 60))
        }
    }

    /// The socket hears nobody but the server: what another one sends to its port does not come in.
    @Test func hearsTheServerAlone() async throws {
        let stranger = try await DatagramBootstrap(group: testGroup).bind(host: "127.0.0.1", port: 0).get()
        let asked = Mutex<[Int]>([])
        let handler: @Sendable (AddressedEnvelope<ByteBuffer>) -> Void = { envelope in
            asked.withLock { $0.append(envelope.remoteAddress.port ?? 0) }
            let query = Array(envelope.data.readableBytesView)
            let forged = answer(query, [record(pointerToQuestion, .a, 60, [6, 6, 6, 6])])
            let data = AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: ByteBuffer(bytes: forged))
            stranger.writeAndFlush(data, promise: nil)
        }
        let server = try await DatagramBootstrap(group: testGroup)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Observer(handler))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let place = ResolverSettings.Server(.v4(0x7f00_0001), port: UInt16(server.localAddress?.port ?? 0))
        let found = await lookUp("a.example", [place], timeout: .milliseconds(300), attempts: 4)
        #expect(found.v4 == .failed("no answer from \(place) within 300 ms"))
        // A port of its own for each question (RFC 5452 §9.2), chosen by the system.
        #expect(asked.withLock { Set($0).count == $0.count && $0.count == 8 })
        try await server.close()
        try await stranger.close()
    }

    @Test func asksTheNextServerAndSaysWhatAllSaid() async throws {
        try await withNameServer({ query, _ in [answer(query, addresses(query))] }) { good in
            try await withNameServer({ query, _ in [answer(query, flags: 0x8182, [])] }) { broken in
                let found = await lookUp("a.example", [broken, good])
                #expect(found.v4 == .addresses([a], timeToLive: 60))
                #expect(found.source == good.description)
                try await withNameServer({ query, _ in [answer(query, flags: 0x8185, [])] }) { refusing in
                    #expect(
                        await lookUp("a.example", [broken, refusing]).v4
                            == .failed("SERVFAIL from \(broken), REFUSED from \(refusing)"))
                }
            }
        }
    }

    @Test func asksAgain() async throws {
        let count = Mutex(0)
        try await withNameServer({ query, _ in
            if asksForIPv6(query) { return [answer(query, [])] }
            let number = count.withLock { count in
                count += 1
                return count
            }
            return number < 3 ? [] : [answer(query, addresses(query))]
        }) { server in
            let found = await lookUp("a.example", [server], timeout: .milliseconds(300), attempts: 10)
            #expect(found.v4 == .addresses([a], timeToLive: 60))
            #expect(found.v6 == .none(timeToLive: 0))
        }
    }

    @Test func aClosedPortIsKnownAtOnce() async throws {
        let server = try await TestNameServer { _, _ in [] }
        let place = server.place
        try await server.stop()
        // It does not wait for the hour.
        let found = await lookUp("a.example", [place], timeout: .seconds(3600))
        #expect(found.v4 == .failed("\(place): connection refused"))
    }

    @Test func namesWhatDoesNotExist() async throws {
        let authority = [soa(try wire("example"), 600, minimum: 45)]
        try await withNameServer({ query, _ in [answer(query, flags: 0x8183, [], authority: authority)] }) { server in
            #expect(await lookUp("a.example", [server]).v4 == .failed("NXDOMAIN from \(server)"))
        }
        try await withNameServer({ query, _ in [answer(query, [], authority: authority)] }) { server in
            #expect(await lookUp("a.example", [server]).v6 == .none(timeToLive: 45))
        }
        try await withNameServer({ query, _ in [answer(query, [[0xc0]])] }) { server in
            #expect(await lookUp("a.example", [server]).v4 == .failed("a malformed answer from \(server)"))
        }
    }

    /// As authoritative servers answer: the chain ends where their zones do.
    @Test func followsAChainWhoseEndTheServerDoesNotTell() async throws {
        let end = try wire("b.example.net")
        try await withNameServer({ query, _ in
            query[13] == UInt8(ascii: "a")
                ? [answer(query, [record(pointerToQuestion, .cname, 30, end)])] : [answer(query, addresses(query))]
        }) { server in
            #expect(await lookUp("a.example", [server]).v4 == .addresses([a], timeToLive: 30))
        }
        try await withNameServer({ query, _ in
            var other = try! wire("x.example")
            other[1] = query[13] &+ 1
            return [answer(query, [record(pointerToQuestion, .cname, 30, other)])]
        }) { server in
            #expect(await lookUp("a.example", [server]).v4 == .failed("a chain of more than 8 CNAMEs"))
        }
    }

    @Test func localNamesAskNobody() async throws {
        let found = await lookUp("localhost", [], hosts: "/nonexistent")
        #expect(found.v4 == .addresses([.v4(0x7f00_0001)], timeToLive: 30))
        // Any Linux machine's own.
        #expect(await lookUp("localhost", [], hosts: "/etc/hosts").source == "/etc/hosts")
    }

    @Test func addressesThatNobodyCanHaveAreNone() async throws {
        try await withNameServer({ query, _ in [answer(query, [record(pointerToQuestion, .a, 60, [0, 0, 0, 0])])] }) {
            server in
            #expect(await lookUp("a.example", [server]).v4 == .none(timeToLive: 60))
        }
    }

    @Test func endsAtOnceWhenItIsCancelled() async throws {
        try await withNameServer({ _, _ in [] }) { server in
            let task = Task { await lookUp("a.example", [server], timeout: .seconds(3600)) }
            try await Task.sleep(for: .milliseconds(50))
            task.cancel()
            #expect(await task.value.v4 == .failed("the lookup was cancelled"))
        }
    }
}

private final class Observer: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    let body: @Sendable (AddressedEnvelope<ByteBuffer>) -> Void

    init(_ body: @escaping @Sendable (AddressedEnvelope<ByteBuffer>) -> Void) { self.body = body }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { body(unwrapInboundIn(data)) }
}
