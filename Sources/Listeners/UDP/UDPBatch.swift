// The memory of one UDP worker: room for a batch of queries and their answers, made before the first packet and laid
// out for recvmmsg and sendmmsg.

import CLinuxSockets
import DNSCore
import Glibc

/// Buffers and message headers for `size` packets. A marked place: the kernel wants addresses.
@safe
struct UDPBatch: ~Copyable {
    /// The most packets in one system call.
    static let size = 64
    /// A query that is longer is cut, and then refused as malformed.
    private static let queryLength = 2048
    /// As much as `udp_payload_size` can ask for.
    private static let responseLength = 4096
    /// How far apart queries start. Multiples of a page would put all of them in the same few sets of the cache.
    private static let queryStride = queryLength + 64
    /// Answers follow one another, as most are short: so a batch of them takes a few pages, not one page each.
    private static let responseAlignment = 64

    private let incoming: UnsafeMutablePointer<CLinuxMessage>
    private let outgoing: UnsafeMutablePointer<CLinuxMessage>
    private let vectors: UnsafeMutablePointer<iovec>
    private let peers: UnsafeMutablePointer<CLinuxPeer>
    private let controls: UnsafeMutablePointer<UInt8>
    private let queries: UnsafeMutablePointer<UInt8>
    private let responses: UnsafeMutablePointer<UInt8>
    private let isWildcard: Bool
    /// How many messages the kernel wrote lengths into that it must not take for room the next time.
    private var used = size
    /// How many answers there are to send, and where the last of them ends in `responses`.
    private var answers = 0
    private var responsesEnd = 0

    init(isWildcard: Bool) {
        self.isWildcard = isWildcard
        unsafe incoming = Self.allocate(CLinuxMessage.self, Self.size)
        unsafe outgoing = Self.allocate(CLinuxMessage.self, Self.size)
        unsafe vectors = Self.allocate(iovec.self, Self.size * 2)
        unsafe peers = Self.allocate(CLinuxPeer.self, Self.size)
        unsafe controls = Self.allocate(UInt8.self, Self.size * Int(CLinuxControlLength))
        unsafe queries = Self.allocate(UInt8.self, Self.size * Self.queryStride)
        unsafe responses = Self.allocate(UInt8.self, Self.size * Self.responseLength)
        unsafe incoming.initialize(repeating: CLinuxMessage(), count: Self.size)
        unsafe outgoing.initialize(repeating: CLinuxMessage(), count: Self.size)
        unsafe peers.initialize(repeating: CLinuxPeer(), count: Self.size)
        for index in 0..<Self.size {
            unsafe vectors[index] = iovec(iov_base: queries + index * Self.queryStride, iov_len: Self.queryLength)
            unsafe vectors[Self.size + index] = iovec(iov_base: nil, iov_len: 0)
            unsafe outgoing[index].header.msg_iov = vectors + Self.size + index
            unsafe outgoing[index].header.msg_iovlen = 1
            unsafe incoming[index].header.msg_iov = vectors + index
            unsafe incoming[index].header.msg_iovlen = 1
            unsafe incoming[index].header.msg_name = UnsafeMutableRawPointer(peers + index)
            guard isWildcard else { continue }
            unsafe incoming[index].header.msg_control = UnsafeMutableRawPointer(
                controls + index * Int(CLinuxControlLength))
        }
    }

    /// On cache lines that no other worker writes to.
    private static func allocate<Value>(_ type: Value.Type, _ count: Int) -> UnsafeMutablePointer<Value> {
        unsafe CacheLines.allocate(type, count: count)
    }

    deinit {
        unsafe incoming.deallocate()
        unsafe outgoing.deallocate()
        unsafe vectors.deallocate()
        unsafe peers.deallocate()
        unsafe controls.deallocate()
        unsafe queries.deallocate()
        unsafe responses.deallocate()
    }

    /// Waits for packets.
    /// - Returns: how many came; 0 for one empty packet, as which a socket that was shut down reads; below 0 on errors.
    mutating func receive(_ socket: Int32) -> Int {
        for index in 0..<used {
            unsafe incoming[index].header.msg_namelen = socklen_t(MemoryLayout<CLinuxPeer>.size)
            if isWildcard { unsafe incoming[index].header.msg_controllen = Int(CLinuxControlLength) }
        }
        let count = unsafe CLinux_receiveMessages(socket, incoming, UInt32(Self.size))
        used = max(0, Int(count))
        if count == 1, unsafe incoming[0].length == 0 { return 0 }
        return Int(count)
    }

    /// Who sent a packet: read from what the kernel wrote, when it is asked for. Good until the next `receive`.
    @safe
    struct Sender {
        fileprivate let peer: UnsafePointer<CLinuxPeer>
        fileprivate let length: socklen_t

        @inline(__always)
        var address: IPAddress { unsafe IPAddress(peer.pointee, length: length) }
        @inline(__always)
        var port: UInt16 { unsafe peer.pointee.port }
    }

    /// Calls `body` for some of the packets received, with the place of each among these, the query, and its sender.
    @inline(__always)
    borrowing func forEach(in packets: Range<Int>, _ body: (Int, Span<UInt8>, Sender) -> Void) {
        precondition(packets.lowerBound >= 0 && packets.upperBound <= Self.size, "of this batch")
        for index in packets {
            let query = unsafe Span(_unsafeElements: query(index))
            body(index &- packets.lowerBound, query, sender(of: index))
        }
    }

    @inline(__always)
    private borrowing func sender(of index: Int) -> Sender {
        unsafe Sender(peer: peers + index, length: incoming[index].header.msg_namelen)
    }

    @inline(__always)
    private borrowing func query(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        let length = min(unsafe Int(incoming[index].length), Self.queryLength)
        return unsafe UnsafeBufferPointer(start: queries + index &* Self.queryStride, count: length)
    }

    /// Calls `answer` for some of the packets received, with the place of each among these, the query, and its sender.
    /// To be called for one part of the batch after the other.
    @inline(__always)
    mutating func answerEach(
        in packets: Range<Int>, _ answer: (Int, Span<UInt8>, Sender, inout OutputSpan<UInt8>) -> Void
    ) {
        precondition(packets.lowerBound >= 0 && packets.upperBound <= Self.size, "of this batch")
        for index in packets {
            let query = unsafe Span(_unsafeElements: query(index))
            // So far each packet has one answer at most, so there is room for one more.
            let room = unsafe UnsafeMutableBufferPointer(start: responses + responsesEnd, count: Self.responseLength)
            var response = unsafe OutputSpan(buffer: room, initializedCount: 0)
            answer(index &- packets.lowerBound, query, sender(of: index), &response)
            let written = unsafe response.finalize(for: room)
            guard written > 0 else { continue }
            unsafe vectors[Self.size + answers] = iovec(iov_base: room.baseAddress, iov_len: written)
            responsesEnd &+= (written &+ Self.responseAlignment &- 1) & ~(Self.responseAlignment &- 1)
            unsafe outgoing[answers].header.msg_name = incoming[index].header.msg_name
            unsafe outgoing[answers].header.msg_namelen = incoming[index].header.msg_namelen
            if isWildcard {
                unsafe outgoing[answers].header.msg_control = incoming[index].header.msg_control
                unsafe outgoing[answers].header.msg_controllen = incoming[index].header.msg_controllen
                unsafe CLinux_answerFromLocalAddress(&outgoing[answers].header)
            }
            answers &+= 1
        }
    }

    /// Sends the answers. One that the kernel refuses is given up.
    mutating func send(_ socket: Int32) {
        var done = 0
        while done < answers {
            let sent = unsafe CLinux_sendMessages(
                socket, outgoing + done, UInt32(answers - done))
            if sent < 0, errno == EINTR { continue }
            done += max(1, Int(sent))
        }
        answers = 0
        responsesEnd = 0
    }
}
