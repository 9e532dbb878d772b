// Addresses of a target that is given by name. getaddrinfo blocks, so it runs on threads of its own and is waited for
// with a deadline; the lookup itself cannot be stopped.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif
internal import DNSCore
internal import NIOCore
internal import NIOPosix

/// Why a name has no address.
struct ResolutionError: Error {
    var text: String
}

enum HostResolver {
    /// The most addresses that are probed for one name.
    static let maximumAddresses = 8

    /// The addresses of `host`, in the order of the system's resolver (RFC 6724), without repetition.
    static func addresses(of host: String, within limit: Duration, on loop: any EventLoop) async throws -> [IPAddress] {
        let answer = loop.makePromise(of: [IPAddress].self)
        let isOpen = NIOLoopBoundBox.makeBoxSendingValue(true, eventLoop: loop)
        let settle = { @Sendable (result: Result<[IPAddress], any Error>) in
            guard isOpen.value else { return }
            isOpen.value = false
            answer.completeWith(result)
        }
        let timer = loop.scheduleTask(in: TimeAmount(limit)) {
            settle(.failure(ResolutionError(text: "no address of \(host) within \(limit.spoken)")))
        }
        NIOThreadPool.singleton.submit { state in
            let result: Result<[IPAddress], any Error> = Result {
                guard case .active = state else { throw ResolutionError(text: "shutting down") }
                return try lookUp(host)
            }
            loop.execute { settle(result) }
        }
        return try await withTaskCancellationHandler {
            defer { timer.cancel() }
            return try await answer.futureResult.get()
        } onCancel: {
            loop.execute { settle(.failure(ResolutionError(text: "the probe was cancelled"))) }
        }
    }

    private static func lookUp(_ host: String) throws(ResolutionError) -> [IPAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else { throw ResolutionError(text: "\(host) \(explanation(of: code))") }
        defer { unsafe freeaddrinfo(list) }
        var found: [IPAddress] = []
        var next = unsafe list
        while let entry = unsafe next, found.count < maximumAddresses {
            if let address = unsafe IPAddress(entry.pointee.ai_addr), !found.contains(address) {
                found.append(address)
            }
            unsafe next = entry.pointee.ai_next
        }
        guard !found.isEmpty else { throw ResolutionError(text: "\(host) has no address") }
        return found
    }

    /// EAI_NODATA, which glibc declares for _GNU_SOURCE only.
    private static let noData: CInt = -5

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
