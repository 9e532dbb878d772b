// A unix socket on which somebody takes Frame Streams, such as fstrm_capture: bidirectional, so that both sides agree on
// the content and the receiver says when it has got all of it.

import Glibc

/// Connects to a receiver.
final class SocketSink: FrameSink {
    private let path: String
    private let end: EndSignal
    private var descriptor: Int32 = -1

    /// In milliseconds: how long a call waits before it looks around.
    private static let patience: Int32 = 200
    /// How often it does so: 5 s until the receiver says what it accepts, 1 s until it has got everything at the end.
    private static let handshakeLooks = 25
    private static let farewellLooks = 5

    init(path: String, end: EndSignal) {
        self.path = path
        self.end = end
    }

    var name: String { "the receiver at \(path)" }
    var isOpen: Bool { descriptor >= 0 }

    func open() throws(SinkError) {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SinkError(errno: "cannot make a socket") }
        do throws(SinkError) {
            setPatience()
            guard connect() else { throw SinkError(errno: "cannot connect") }
            try send(ControlFrame(.ready, contentTypes: [dnstapContentType]).octets)
            let answer = try receiveControl(looks: Self.handshakeLooks)
            guard answer.kind == .accept,
                answer.contentTypes.isEmpty || answer.contentTypes.contains(dnstapContentType)
            else { throw SinkError("it does not accept dnstap") }
            try send(ControlFrame(.start, contentTypes: [dnstapContentType]).octets)
        } catch {
            hangUp()
            throw error
        }
    }

    func write(_ frames: [UInt8]) throws(SinkError) {
        do throws(SinkError) { try send(frames) } catch {
            hangUp()
            throw error
        }
    }

    /// A receiver says nothing before it has been told that the stream stops, unless it goes.
    func check() throws(SinkError) {
        var octet: UInt8 = 0
        let count = unsafe recv(descriptor, &octet, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        hangUp()
        throw SinkError("it has closed the connection")
    }

    func close() {
        guard isOpen else { return }
        if (try? send(ControlFrame(.stop).octets)) != nil { _ = try? receiveControl(looks: Self.farewellLooks) }
        hangUp()
    }

    private func hangUp() {
        if isOpen { _ = Glibc.close(descriptor) }
        descriptor = -1
    }

    private func setPatience() {
        var time = timeval(tv_sec: 0, tv_usec: Int(Self.patience) * 1000)
        for option in [SO_SNDTIMEO, SO_RCVTIMEO] {
            _ = unsafe setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    private func connect() -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // The configuration sees to it that the path fits.
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
            unsafe room.copyBytes(from: path.utf8.prefix(room.count - 1))
        }
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }

    /// Waits for a receiver that is slow, as long as nobody wants to end.
    private func send(_ octets: [UInt8]) throws(SinkError) {
        var sent = 0
        var looksAtEnd = 0
        while sent < octets.count {
            let count = unsafe octets.withUnsafeBytes { bytes in
                unsafe Glibc.send(
                    descriptor, bytes.baseAddress.map { unsafe $0 + sent }, bytes.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                sent += count
                continue
            }
            guard errno == EAGAIN || errno == EINTR else { throw SinkError(errno: "cannot send") }
            if end.isSet { looksAtEnd += 1 }
            if looksAtEnd > Self.farewellLooks { throw SinkError("it takes nothing") }
        }
    }

    private func receiveControl(looks: Int) throws(SinkError) -> ControlFrame {
        let head = try receive(8, looks: looks)
        let length = Int(number(head, at: 4))
        guard number(head, at: 0) == 0, length <= ControlFrame.longest,
            let frame = ControlFrame(body: try receive(length, looks: looks))
        else { throw SinkError("it does not speak Frame Streams") }
        return frame
    }

    private func receive(_ count: Int, looks: Int) throws(SinkError) -> [UInt8] {
        var octets = [UInt8](repeating: 0, count: count)
        var received = 0
        var looks = looks
        while received < count {
            let new = unsafe octets.withUnsafeMutableBytes { bytes in
                unsafe recv(descriptor, bytes.baseAddress.map { unsafe $0 + received }, count - received, 0)
            }
            guard new != 0 else { throw SinkError("it has closed the connection") }
            if new > 0 {
                received += new
                continue
            }
            guard errno == EAGAIN || errno == EINTR else { throw SinkError(errno: "cannot receive") }
            looks -= 1
            guard looks > 0 else { throw SinkError("it says nothing") }
        }
        return octets
    }
}
