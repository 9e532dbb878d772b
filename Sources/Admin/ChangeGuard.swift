// Who may ask for a change over HTTP: a program on this machine, and no web page that a browser here has been led to
// (cross-site requests, DNS rebinding).

import DNSCore
import HTTPTypes
import Hummingbird
import NIOCore

/// The context of a request, with the address of its peer.
struct AdminContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let peer: IPAddress?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        peer = source.channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
    }
}

/// Decides by the peer and the headers of a request alone.
struct ChangeGuard {
    /// Throws unless the request may change something. Every route that changes anything begins with this.
    static func check(_ request: Request, _ context: AdminContext) throws(Problem) {
        if let text = problem(peer: context.peer, host: request.head.authority, headers: request.headers) {
            throw Problem(.forbidden, "forbidden", text)
        }
    }

    /// Why the request is refused; nil if it is not.
    static func problem(peer: IPAddress?, host: String?, headers: HTTPFields) -> String? {
        guard let peer, peer.isLoopback else {
            return "only this machine may ask for changes: connect to a loopback address"
        }
        // A proxy on this machine would lend its loopback address to everybody.
        for name in ["Forwarded", "X-Forwarded-For", "Via"] {
            guard let field = HTTPField.Name(name), headers[field] != nil else { continue }
            return "changes are not taken through a proxy: ask the server itself"
        }
        guard let host, isNumericOrLocal(host) else {
            return "the Host header must be an IP address or localhost"
        }
        if let site = headers[name("Sec-Fetch-Site")], site != "same-origin", site != "none" {
            return "changes are not taken from another site's page"
        }
        if let origin = headers[.origin], origin.lowercased() != "http://\(host.lowercased())" {
            return "changes are not taken from another site's page"
        }
        return nil
    }

    private static func name(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("a header's name") }
        return name
    }

    /// `127.0.0.1:8053`, `[::1]:8053`, `localhost`: names that no foreign DNS server can answer for.
    private static func isNumericOrLocal(_ host: String) -> Bool {
        var text = Substring(host)
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return false }
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return false }
            return IPAddress(String(text[..<end].dropFirst()))?.isV6 == true
        }
        if let colon = text.firstIndex(of: ":") { text = text[..<colon] }
        return text.lowercased() == "localhost" || IPAddress(String(text))?.isV6 == false
    }
}

extension IPAddress {
    /// 127.0.0.0/8, ::1, and the former as IPv6 sockets see it.
    var isLoopback: Bool {
        switch self {
        case .v4(let address): address >> 24 == 127
        case .v6(0, let low): low == 1 || low >> 24 == 0xffff_7f
        case .v6: false
        }
    }
}
