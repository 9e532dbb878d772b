// What a failed connection or handshake is called: for an operator at night, not for a developer.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif
internal import Checks
internal import NIOCore
internal import NIOSSL

package enum ErrorText {
    /// An error of TCP. `timeout` is what the operator allowed for connecting.
    package static func of(_ error: any Error, within timeout: Duration? = nil) -> String {
        switch error {
        case ChannelError.connectTimeout: "no answer within \(timeout.map(\.spoken) ?? "the time allowed")"
        case ChannelError.eof: "closed by the peer"
        case let error as IOError: of(errno: error.errnoCode)
        case is NIOSSLError, is BoringSSLError: ofHandshake(error)
        default: "\(error)"
        }
    }

    /// Whether an error of TCP means that nothing came back from the other end.
    static func isSilence(_ error: any Error) -> Bool {
        switch error {
        case ChannelError.connectTimeout: true
        case let error as IOError:
            [ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN, EPERM, EACCES, EINVAL].contains(error.errnoCode)
        default: false
        }
    }

    static func of(errno code: CInt) -> String {
        switch code {
        case ECONNREFUSED: "connection refused"
        case ECONNRESET, EPIPE: "connection reset"
        case ETIMEDOUT: "no answer"
        case EHOSTUNREACH: "no route to the host"
        case ENETUNREACH: "network unreachable"
        // What connect(2) says of a route of the type blackhole.
        case EINVAL: "the route leads nowhere"
        case EADDRNOTAVAIL: "no local address or port to connect from"
        case EADDRINUSE: "address already in use"
        case EACCES, EPERM: "not permitted (firewall on this machine?)"
        case EMFILE, ENFILE: "too many open files on this machine"
        case ENOBUFS, ENOMEM: "out of memory on this machine"
        default: "error \(code) of the operating system"
        }
    }

    /// An error of a TLS handshake that is not about the certificate.
    static func ofHandshake(_ error: any Error) -> String {
        switch error {
        case NIOSSLError.uncleanShutdown: return "closed during the TLS handshake"
        case let error as IOError: return of(errno: error.errnoCode)
        case let error as BoringSSLError: return ofHandshake(stack: error)
        case NIOSSLError.handshakeFailed(let error): return ofHandshake(stack: error)
        default: return "TLS handshake failed: \(error)"
        }
    }

    private static func ofHandshake(stack error: BoringSSLError) -> String {
        guard case .sslError(let stack) = error else { return "closed during the TLS handshake" }
        let reasons = stack.map(\.description)
        if let known = knownReasons.first(where: { known in reasons.contains { $0.contains(known.name) } }) {
            return known.text
        }
        return "TLS handshake failed: \(reasons.joined(separator: ", "))"
    }

    /// Names of BoringSSL's reasons, as they stand in its error strings.
    private static let knownReasons: [(name: String, text: String)] =
        [
            ("EOF during handshake", "closed during the TLS handshake"),
            ("WRONG_VERSION_NUMBER", "not TLS"),
            ("HTTP_REQUEST", "not TLS (plain HTTP)"),
            ("HTTPS_PROXY_REQUEST", "not TLS (plain HTTP)"),
            ("UNEXPECTED_RECORD", "not TLS"),
            ("INVALID_ALERT", "not TLS"),
            ("UNSUPPORTED_PROTOCOL", "the server's TLS version is too old"),
            ("TLSV1_ALERT_PROTOCOL_VERSION", "the server refuses our TLS version"),
            ("HANDSHAKE_FAILURE_ON_CLIENT_HELLO", "the server refuses our TLS parameters"),
            ("SSLV3_ALERT_HANDSHAKE_FAILURE", "the server refuses our TLS parameters"),
            ("TLSV1_UNRECOGNIZED_NAME", "the server does not know the TLS server name"),
            ("TLSV1_ALERT_UNRECOGNIZED_NAME", "the server does not know the TLS server name"),
            ("TLSV1_ALERT_INTERNAL_ERROR", "the server reports an internal TLS error"),
        ] + clientCertificateReasons

    /// Those of alerts about our own certificate (RFC 8446 §6.2).
    private static let clientCertificateReasons: [(name: String, text: String)] = [
        ("CERTIFICATE_REQUIRED", "the server wants a client certificate"),
        ("ALERT_BAD_CERTIFICATE", "the server refuses our client certificate"),
        ("ALERT_UNSUPPORTED_CERTIFICATE", "the server refuses our client certificate"),
        ("ALERT_UNKNOWN_CA", "the server does not trust the authority of our client certificate"),
        ("ALERT_CERTIFICATE_EXPIRED", "the server says that our client certificate has expired"),
        ("ALERT_CERTIFICATE_UNKNOWN", "the server refuses our client certificate"),
    ]

    /// What an alert says of our certificate; nil for all other errors.
    static func ofClientCertificate(_ error: any Error) -> String? {
        guard case .sslError(let stack)? = error as? BoringSSLError else { return nil }
        let reasons = stack.map(\.description)
        return clientCertificateReasons.first { known in reasons.contains { $0.contains(known.name) } }?.text
    }
}
