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

    private let incoming: UnsafeMutableBufferPointer<CLinuxMessage>
    private let outgoing: UnsafeMutableBufferPointer<CLinuxMessage>
    private let vectors: UnsafeMutableBufferPointer<iovec>
    private let peers: UnsafeMutableBufferPointer<CLinuxPeer>
    private let controls: UnsafeMutableBufferPointer<UInt8>
    private let queries: UnsafeMutableBufferPointer<UInt8>
    private let responses: UnsafeMutableBufferPointer<UInt8>
    private let isWildcard: Bool
    /// How many messages the kernel wrote lengths into that it must not take for room the next time.
    private var used = size

    init(isWildcard: Bool) {
        self.isWildcard = isWildcard
        unsafe incoming = Self.allocate(CLinuxMessage.self, Self.size)
        unsafe outgoing = Self.allocate(CLinuxMessage.self, Self.size)
        unsafe vectors = Self.allocate(iovec.self, Self.size * 2)
        unsafe peers = Self.allocate(CLinuxPeer.self, Self.size)
        unsafe controls = Self.allocate(UInt8.self, Self.size * Int(CLinuxControlLength))
        unsafe queries = Self.allocate(UInt8.self, Self.size * Self.queryStride)
        unsafe responses = Self.allocate(UInt8.self, Self.size * Self.responseLength)
        unsafe incoming.initialize(repeating: CLinuxMessage())
        unsafe outgoing.initialize(repeating: CLinuxMessage())
        unsafe peers.initialize(repeating: CLinuxPeer())
        for index in 0..<Self.size {
            let query = unsafe queries.baseAddress.map { unsafe $0 + index * Self.queryStride }
            unsafe vectors[index] = iovec(iov_base: query, iov_len: Self.queryLength)
            unsafe vectors[Self.size + index] = iovec(iov_base: nil, iov_len: 0)
            unsafe incoming[index].header.msg_iov = unsafe vectors.baseAddress.map { unsafe $0 + index }
            unsafe incoming[index].header.msg_iovlen = 1
            unsafe incoming[index].header.msg_name = UnsafeMutableRawPointer(
                peers.baseAddress.map { unsafe $0 + index })
            if isWildcard {
                unsafe incoming[index].header.msg_control = UnsafeMutableRawPointer(
                    controls.baseAddress.map { unsafe $0 + index * Int(CLinuxControlLength) })
            }
        }
    }

    /// On cache lines that no other worker writes to.
    private static func allocate<Value>(_ type: Value.Type, _ count: Int) -> UnsafeMutableBufferPointer<Value> {
        unsafe UnsafeMutableBufferPointer(start: CacheLines.allocate(type, count: count), count: count)
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
        let count = unsafe CLinux_receiveMessages(socket, incoming.baseAddress, UInt32(Self.size))
        used = max(0, Int(count))
        if count == 1, unsafe incoming[0].length == 0 { return 0 }
        return Int(count)
    }

    /// Calls `answer` for each of the `count` packets received, with the query, and the address and port that sent it.
    /// - Returns: how many answers there are to send.
    @inline(__always)
    borrowing func answerEach(
        _ count: Int, _ answer: (Span<UInt8>, IPAddress, UInt16, inout OutputSpan<UInt8>) -> Void
    ) -> Int {
        var answers = 0
        var end = 0
        for index in 0..<min(count, Self.size) {
            let length = min(unsafe Int(incoming[index].length), Self.queryLength)
            let query = unsafe UnsafeBufferPointer(
                rebasing: queries[index * Self.queryStride..<index * Self.queryStride + length])
            let room = unsafe UnsafeMutableBufferPointer(
                rebasing: responses[end..<end + Self.responseLength])
            var response = unsafe OutputSpan(buffer: room, initializedCount: 0)
            let client = unsafe IPAddress(peers[index], length: incoming[index].header.msg_namelen)
            answer(unsafe Span(_unsafeElements: query), client, unsafe peers[index].port, &response)
            let written = unsafe response.finalize(for: room)
            guard written > 0 else { continue }
            unsafe vectors[Self.size + index] = iovec(iov_base: room.baseAddress, iov_len: written)
            end += (written + Self.responseAlignment - 1) & ~(Self.responseAlignment - 1)
            unsafe outgoing[answers].header = incoming[index].header
            unsafe outgoing[answers].header.msg_iov = unsafe vectors.baseAddress.map { unsafe $0 + Self.size + index }
            unsafe outgoing[answers].header.msg_flags = 0
            if isWildcard, let header = unsafe outgoing.baseAddress {
                unsafe CLinux_answerFromLocalAddress(&header[answers].header)
            }
            answers += 1
        }
        return answers
    }

    /// Sends the first `count` answers. One that the kernel refuses is given up.
    borrowing func send(_ count: Int, _ socket: Int32) {
        var done = 0
        while done < count {
            let sent = unsafe CLinux_sendMessages(
                socket, outgoing.baseAddress.map { unsafe $0 + done }, UInt32(count - done))
            if sent < 0, errno == EINTR { continue }
            done += max(1, Int(sent))
        }
    }
}
