// The stream of a TCP connection (RFC 7766): the same answers and the same end, however it is cut into reads and
// whenever the client takes its answers; and those are the answers that each message gets by itself.
//
// Input: a `CutStream`. The mark of a read: the client takes no answers from here to the next mark. The stream's mark:
// the client says that it has sent all.

import DNSCore
import FuzzSupport
import NIOCore
import NIOEmbedded

@testable import Listeners

/// Without pools, so that a question has one answer.
private let zone: Zone = {
    let text = """
        $TTL 300
        @ SOA ns hostmaster 1 7200 900 1209600 60
        @ NS ns
        ns A 192.0.2.1
        *.wild TXT "wild"
        sub NS ns.sub
        alias CNAME x.wild
        $GENERATE 1-200 big A 198.51.100.$

        """
    let (zone, findings) = readZone(Array(text.utf8), origin: DomainName(known: "example.org"), pools: [])
    guard let zone else { fatalError("\(findings)") }
    return zone
}()

private let state = Published(
    ServingState(image: ImageBox(ServingImage(zones: [zone], poolCount: 0)), health: HealthSnapshot(unprobed: [])))

/// libFuzzer runs in one thread.
nonisolated(unsafe) private let world = World([zone], pools: [])

@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let input = unsafe CutStream(octets(start, count)) else { return InputUse.leftOut }
    let whole = converse([input.stream], pauses: [false], endsInput: input.mark)
    let cut = converse(input.reads, pauses: input.marks, endsInput: input.mark)
    demand(whole.answers == cut.answers, "other answers in pieces: \(hex(whole.answers)) \(hex(cut.answers))")
    demand(whole.isOpen == cut.isOpen, "ends in pieces, or does not, unlike in one")
    let (expected, isRefused) = unsafe answersOneByOne(input.stream)
    demand(whole.answers == expected, "other answers than to each by itself: \(hex(whole.answers)) \(hex(expected))")
    demand(whole.isOpen == (!isRefused && !input.mark), "open: \(whole.isOpen)")
    return InputUse.kept
}

/// What the connection wrote, and whether it is still open.
private func converse(
    _ reads: [[UInt8]], pauses: [Bool], endsInput: Bool
) -> (answers: [UInt8], isOpen: Bool) {
    let channel = EmbeddedChannel()
    let connection = TCPConnection(
        session: TCPSession(channel, client: .v4(0xc000_0209)),
        desk: TCPDesk(state: state, idleTimeout: .seconds(10)), connections: TCPConnections(TCPLimits()))
    try? channel.pipeline.syncOperations.addHandler(connection)
    _ = try? channel.connect(to: SocketAddress(ipAddress: "192.0.2.9", port: 53)).wait()
    for (octets, changes) in zip(reads, pauses) where channel.isActive {
        if changes { setWritable(!channel.isWritable, channel) }
        _ = try? channel.writeInbound(ByteBuffer(bytes: octets))
    }
    if endsInput, channel.isActive { channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
    if !channel.isWritable { setWritable(true, channel) }
    channel.embeddedEventLoop.run()
    var answers: [UInt8] = []
    while let buffer = try? channel.readOutbound(as: ByteBuffer.self) { answers += Array(buffer.readableBytesView) }
    let isOpen = channel.isActive
    _ = try? channel.finish(acceptAlreadyClosed: true)
    return (answers, isOpen)
}

private func setWritable(_ isWritable: Bool, _ channel: EmbeddedChannel) {
    channel.isWritable = isWritable
    channel.pipeline.fireChannelWritabilityChanged()
}

/// The answers to the whole messages of a stream, up to the first that must not be answered.
@unsafe
private func answersOneByOne(_ stream: [UInt8]) -> (answers: [UInt8], isRefused: Bool) {
    var answers: [UInt8] = []
    var rest = stream[...]
    while let high = rest.first, let low = rest.dropFirst().first {
        let length = Int(high) << 8 | Int(low)
        guard rest.count >= 2 + length else { break }
        let answer = unsafe world.answer(Array(rest.dropFirst(2).prefix(length)), over: .tcp)
        guard !answer.isEmpty else { return (answers, true) }
        answers += [UInt8(answer.count >> 8), UInt8(answer.count & 0xff)] + answer
        rest = rest.dropFirst(2 + length)
    }
    return (answers, false)
}
