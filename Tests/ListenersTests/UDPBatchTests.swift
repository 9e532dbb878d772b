// Batches of packets behind a real socket: they wait there before the worker starts, so all come in one.

import DNSCore
import Listeners
import TestSupport
import Testing

@Suite struct UDPBatchTests {
    private static let head = "@ 60 SOA ns h 1 2 3 4 5\n@ 60 NS ns\nns 60 A 192.0.2.1\n"

    private func query(_ id: Int, _ name: String) throws -> [UInt8] {
        var packet = try QueryPacket("\(name).example.org", "A")
        packet.id = UInt16(id)
        return packet.octets
    }

    private func listener(on address: IPAddress, _ world: TestWorld) throws -> (UDPListener, UInt16) {
        for port in UInt16(22_000)...22_050 {
            if let listener = try? UDPListener(address: address, port: port, workers: 1, state: world.state) {
                return (listener, port)
            }
        }
        throw TestTextError("one port of fifty is free")
    }

    /// Those that are not answered stand between others, from several clients, whose answers come to the right one.
    @Test(arguments: ["127.0.0.83", "0.0.0.0"])
    func eachClientGetsItsAnswers(_ address: String) async throws {
        let world = try TestWorld(zone: Self.head)
        let (server, port) = try listener(on: #require(IPAddress(address)), world)
        let clients = try (0..<3).map { _ in
            try ClientSocket(.udp, to: #require(IPAddress("127.0.0.83")), port: port)
        }
        let names = ["ns", "none", "ns", "t1"]
        for number in 0..<60 {
            clients[number % 3].send(try query(number, names[number % 4]))
            if number % 5 == 1 { clients[(number + 1) % 3].send([UInt8](repeating: UInt8(number), count: number % 12)) }
        }
        try server.start()
        for number in 0..<60 {
            let expected = try world.answer(query(number, names[number % 4]))
            #expect(clients[number % 3].receive() == expected, "\(number)")
        }
        server.stop()
        var totals = QueryTotals()
        for counters in server.counters { counters.add(to: &totals) }
        #expect(totals.responses.reduce(0, +) == 60)
    }
}
