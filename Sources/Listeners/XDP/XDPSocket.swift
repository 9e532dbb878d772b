// An AF_XDP socket on one queue of an interface: frames in, frames out, no packet through the network stack.

import CXDP
import DNSCore
import Glibc

/// Owns the socket, its rings and its frames.
struct XDPSocket: ~Copyable {
    let descriptor: Descriptor
    private var frames: XDPFrames
    private var fill: XDPRing<UInt64>
    private var received: XDPRing<xdp_desc>
    private var toSend: XDPRing<xdp_desc>
    private var sent: XDPRing<UInt64>
    /// The longest packet in octets, without its Ethernet header.
    private let longestPacket: Int
    /// Of IPv4 answers.
    private var identification = UInt16.random(in: .min ... .max)

    /// The most packets between two looks at the state of the world.
    static let batch = 64
    /// A kernel that sends without a card's queue takes 32 frames a call, so a batch takes two.
    private static let sendCalls = 4

    /// - Parameter flags: of sockaddr_xdp.
    init(_ interface: NetworkInterface, queue: UInt32, flags: Int32) throws(XDPError) {
        func failure(_ step: String) -> XDPError { XDPError(interface: interface.name, .system(step, errno)) }
        let descriptor = Descriptor(CXDP_openSocket())
        guard descriptor.value >= 0 else { throw failure("cannot open a socket") }
        guard let frames = XDPFrames(), frames.register(descriptor.value) else { throw failure("cannot have frames") }
        let size = UInt32(XDPFrames.count)
        guard var fill = XDPRing<UInt64>(descriptor.value, CXDPFill, size: size),
            let sent = XDPRing<UInt64>(descriptor.value, CXDPCompletion, size: size),
            let received = XDPRing<xdp_desc>(descriptor.value, CXDPReceive, size: size),
            let toSend = XDPRing<xdp_desc>(descriptor.value, CXDPTransmit, size: size)
        else { throw failure("cannot map rings") }
        for index in 0..<XDPFrames.count { fill.write(UInt64(index * XDPFrames.size)) }
        fill.publishWritten()
        guard Self.bind(descriptor.value, interface, queue, UInt16(flags)) else {
            throw failure("cannot bind to queue \(queue)")
        }
        self.descriptor = descriptor
        self.frames = frames
        self.fill = fill
        self.sent = sent
        self.received = received
        self.toSend = toSend
        longestPacket = min(interface.mtu, XDPFrames.size - QueryFrame.maximumHeaderLength)
    }

    /// A queue is busy for a moment after the program that had it has ended: until its last frames are sent. Tries for
    /// a second, as a server that is started again must not do without.
    private static func bind(_ socket: Int32, _ interface: NetworkInterface, _ queue: UInt32, _ flags: UInt16) -> Bool {
        for _ in 0..<40 {
            if CXDP_bind(socket, interface.index, queue, flags) == 0 { return true }
            guard errno == EBUSY else { return false }
            usleep(25_000)
        }
        errno = EBUSY
        return false
    }

    var isZeroCopy: Bool { CXDP_isZeroCopy(descriptor.value) == 1 }

    /// How many packets there are to answer now, as many as there is room to answer.
    @inline(__always)
    mutating func receive() -> Int {
        for _ in 0..<sent.waiting { frames.give(sent.read()) }
        sent.publishRead()
        return min(received.waiting, frames.freeCount, Self.batch)
    }

    /// In milliseconds.
    private static let longestWait: Int32 = 1000

    /// Waits for packets, or for room to answer, or for a while.
    /// - Returns: whether to go on: false once `stop` reads and no packets wait.
    mutating func wait(_ stop: borrowing Descriptor) -> Bool {
        // What the card did not take is offered again soon; poll itself does that.
        let isStuck = frames.freeCount == 0 || !toSend.isTaken
        var watched = (
            pollfd(fd: descriptor.value, events: frames.freeCount == 0 ? 0 : Int16(POLLIN), revents: 0),
            pollfd(fd: stop.value, events: Int16(POLLIN), revents: 0)
        )
        let count = unsafe withUnsafeMutableBytes(of: &watched) {
            unsafe poll($0.baseAddress?.assumingMemoryBound(to: pollfd.self), 2, isStuck ? 1 : Self.longestWait)
        }
        if isStuck { _ = CXDP_send(descriptor.value) }
        guard count > 0 else { return true }
        if watched.0.revents & (Int16(POLLERR) | Int16(POLLHUP) | Int16(POLLNVAL)) != 0 {
            // The interface is gone: there is nothing but the end to wait for.
            _ = unsafe poll(&watched.1, 1, -1)
            return watched.1.revents == 0
        }
        return watched.1.revents == 0 || watched.0.revents != 0
    }

    /// Calls `answer` for the next `count` packets, and sends what it writes.
    @inline(__always)
    mutating func answerEach(
        _ count: Int, _ answer: (Span<UInt8>, IPAddress, UInt16, inout OutputSpan<UInt8>) -> Void
    ) {
        for _ in 0..<count {
            let descriptor = received.read()
            answerFrame(descriptor, answer)
            // Whole frames go back, wherever in it the packet began.
            fill.write(descriptor.addr & ~UInt64(XDPFrames.size - 1))
        }
        received.publishRead()
        fill.publishWritten()
        if fill.needsWakeup { _ = recv(self.descriptor.value, nil, 0, Int32(MSG_DONTWAIT)) }
        send()
    }

    @inline(__always)
    private mutating func answerFrame(
        _ descriptor: xdp_desc, _ answer: (Span<UInt8>, IPAddress, UInt16, inout OutputSpan<UInt8>) -> Void
    ) {
        let octets = unsafe UnsafeBufferPointer(frames.octets(at: descriptor.addr, count: Int(descriptor.len)))
        let frame = unsafe Span(_unsafeElements: octets)
        let bytes = unsafe frame.bytes
        guard let query = QueryFrame(bytes) else { return }
        let place = frames.take()
        let headers = query.headerLength
        let room = unsafe frames.octets(
            at: place + UInt64(headers), count: longestPacket - query.packetHeaderLength)
        var response = unsafe OutputSpan(buffer: room, initializedCount: 0)
        answer(frame.extracting(query.payload), query.client, query.port(in: bytes), &response)
        let written = unsafe response.finalize(for: room)
        guard written > 0 else { return frames.give(place) }
        identification &+= 1
        let whole = unsafe UnsafeMutableRawBufferPointer(frames.octets(at: place, count: headers + written))
        var reply = unsafe MutableRawSpan(_unsafeBytes: whole)
        query.writeHeaders(from: bytes, into: &reply, identification: identification)
        toSend.write(xdp_desc(addr: place, len: UInt32(headers + written), options: 0))
    }

    @inline(__always)
    private func send() {
        toSend.publishWritten()
        for _ in 0..<Self.sendCalls where !toSend.isTaken && toSend.needsWakeup {
            if CXDP_send(descriptor.value) != 0, errno != EAGAIN { return }
        }
    }
}

/// Owns a file descriptor, or a negative number for none.
struct Descriptor: ~Copyable {
    let value: Int32

    init(_ value: Int32) { self.value = value }

    deinit { if value >= 0 { close(value) } }
}
