// Addresses of a target that is given by name. getaddrinfo blocks, so it runs on threads of its own and is waited for
// with a deadline; the lookup itself cannot be stopped, so there is one for each name and no more.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif
internal import Checks
internal import DNSCore
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// Why there are no addresses of a name.
enum ResolutionError: Error, Equatable {
    case noAddress(String)
    case notRun(ProbeNotRun)
}

/// Asks the system's resolver, for each name once at a time: probes that come while a lookup is under way share it.
final class HostResolver: Sendable {
    typealias Answer = Result<[IPAddress], ResolutionError>

    /// The most addresses that are probed for one name.
    static let maximumAddresses = 8

    private let lookUp: @Sendable (String) -> Answer
    private let underWay = Mutex<[String: EventLoopFuture<Answer>]>([:])

    /// `lookUp` may block.
    init(lookUp: @escaping @Sendable (String) -> Answer = HostResolver.askSystem) {
        self.lookUp = lookUp
    }

    /// The addresses of `host`, in the order of the system's resolver (RFC 6724), without repetition.
    func addresses(
        of host: String, within limit: Duration, on loop: any EventLoop
    ) async throws(ResolutionError) -> [IPAddress] {
        let answer = loop.makePromise(of: Answer.self)
        let isOpen = NIOLoopBoundBox.makeBoxSendingValue(true, eventLoop: loop)
        let settle = { @Sendable (result: Answer) in
            guard isOpen.value else { return }
            isOpen.value = false
            answer.succeed(result)
        }
        let timer = loop.scheduleTask(in: TimeAmount(limit)) {
            settle(.failure(.noAddress("no address of \(host) within \(limit.spoken)")))
        }
        defer { timer.cancel() }
        look(up: host, on: loop).hop(to: loop).whenSuccess(settle)
        let result = await withTaskCancellationHandler {
            // Never fails: `settle` only succeeds.
            (try? await answer.futureResult.get()) ?? .failure(.noAddress("shutting down"))
        } onCancel: {
            loop.execute { settle(.failure(.noAddress("the probe was cancelled"))) }
        }
        return try result.get()
    }

    private func look(up host: String, on loop: any EventLoop) -> EventLoopFuture<Answer> {
        underWay.withLock { underWay in
            if let future = underWay[host] { return future }
            let promise = loop.makePromise(of: Answer.self)
            underWay[host] = promise.futureResult
            NIOThreadPool.singleton.submit { [self] state in
                let answer: Answer =
                    if case .active = state { lookUp(host) } else { .failure(.noAddress("shutting down")) }
                _ = self.underWay.withLock { $0.removeValue(forKey: host) }
                promise.succeed(answer)
            }
            return promise.futureResult
        }
    }
}

extension HostResolver {
    /// Blocks until the system's resolver has an answer.
    @Sendable static func askSystem(_ host: String) -> Answer {
        Answer { () throws(ResolutionError) in try getAddresses(host) }
    }

    private static func getAddresses(_ host: String) throws(ResolutionError) -> [IPAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        errno = 0
        let code = unsafe getaddrinfo(host, nil, &hints, &list)
        let problem = errno
        guard code == 0 else {
            if let notRun = notRun(code, problem) { throw .notRun(notRun) }
            throw .noAddress("\(host) \(explanation(of: code))")
        }
        defer { unsafe freeaddrinfo(list) }
        var found: [IPAddress] = []
        var next = unsafe list
        while let entry = unsafe next, found.count < maximumAddresses {
            if let address = unsafe IPAddress(entry.pointee.ai_addr), !found.contains(address) {
                found.append(address)
            }
            unsafe next = entry.pointee.ai_next
        }
        guard !found.isEmpty else { throw .noAddress("\(host) has no address") }
        return found
    }

    /// EAI_NODATA, which glibc declares for _GNU_SOURCE only.
    private static let noData: CInt = -5

    /// Without descriptors glibc reads no /etc/hosts and opens no socket, and then says whatever it likes of the name.
    private static func notRun(_ code: CInt, _ problem: CInt) -> ProbeNotRun? {
        switch (code, problem) {
        case (EAI_MEMORY, _): ProbeNotRun(errno: ENOMEM, hasSocket: false)
        case (_, EMFILE), (_, ENFILE), (_, ENOMEM), (_, ENOBUFS): ProbeNotRun(errno: problem, hasSocket: false)
        default: nil
        }
    }

    private static func explanation(of code: CInt) -> String {
        switch code {
        case EAI_NONAME, noData: "has no address"
        case EAI_AGAIN: "cannot be resolved now"
        default: "cannot be resolved (error \(code))"
        }
    }
}

extension IPAddress {
    fileprivate init?(_ socketAddress: UnsafeMutablePointer<sockaddr>?) {
        guard let socketAddress = unsafe socketAddress else { return nil }
        switch CInt(unsafe socketAddress.pointee.sa_family) {
        case AF_INET:
            let octets = unsafe socketAddress.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                unsafe $0.pointee.sin_addr.s_addr
            }
            self = .v4(UInt32(bigEndian: octets))
        case AF_INET6:
            let octets = unsafe socketAddress.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                unsafe $0.pointee.sin6_addr
            }
            let (high, low) = unsafe withUnsafeBytes(of: octets) {
                unsafe ($0.load(as: UInt64.self), $0.load(fromByteOffset: 8, as: UInt64.self))
            }
            self = .v6(UInt64(bigEndian: high), UInt64(bigEndian: low))
        default:
            return nil
        }
    }
}
