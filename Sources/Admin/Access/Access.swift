// Who asks, and what they may. Reading is open to programs on this machine; everything else wants a token, or a browser's
// session that began with one.

import AdminRequests
import DNSCore
import HTTPTypes
import Hummingbird
import Logging

/// Who has asked.
struct Caller: Sendable {
    enum Way: Sendable { case token, session, loopback }

    /// The token's; `local` for a program on this machine without one.
    var name: String
    var role: Role
    var way: Way
}

/// Programs on this machine, and the token that the server makes for them.
public enum LocalCaller {
    public static let name = "local"
}

/// Decides by the peer, the headers and the tokens.
struct Access: Sendable {
    enum Refusal: Error {
        /// Nobody who is known.
        case unknown(String)
        /// Somebody who is known, but may not, or not in this way.
        case forbidden(String)
        /// Not a name of this server.
        case misdirected(String)
    }

    let tokens: TokenStore
    let sessions = Sessions()
    /// Names under which browsers may ask for it, beside addresses and localhost.
    let hosts: [String]
    let isSecure: Bool

    init(_ tokens: TokenStore, hosts: [String], isSecure: Bool) {
        self.tokens = tokens
        self.hosts = hosts.map { $0.lowercased() }
        self.isSecure = isSecure
    }

    /// - Parameter writes: whether something would be changed.
    func caller(
        peer: IPAddress?, host: String?, headers: HTTPFields, session: String?, writes: Bool
    ) throws(Refusal) -> Caller {
        // A program with a token has been told where to ask, and no browser sends the header by itself.
        if let header = headers[.authorization] {
            guard let token = bearerToken(header).flatMap(tokens.find) else {
                throw .unknown("this token is not known")
            }
            return try allowed(Caller(name: token.name, role: token.role, way: .token), writes)
        }
        // Another name that leads here would let a foreign page read as if it were ours (DNS rebinding).
        guard let host, isOurs(host) else {
            throw .misdirected(
                "this server is not asked for as \(host ?? "nothing"); use its address, or write the name under "
                    + "`server: admin: hosts`")
        }
        if let session, let token = sessions.find(session), tokens.holds(token) {
            if writes, let problem = crossSite(headers, host) { throw .forbidden(problem) }
            return try allowed(Caller(name: token.name, role: token.role, way: .session), writes)
        }
        guard let peer, peer.isThisMachine, !Self.cameByProxy(headers) else {
            throw .unknown("a token is needed: send it as `Authorization: Bearer TOKEN`, or log in at /login")
        }
        if writes {
            throw .unknown("changes need a token: send it as `Authorization: Bearer TOKEN`, or log in at /login")
        }
        if let problem = crossSite(headers, host) { throw .forbidden(problem) }
        return Caller(name: LocalCaller.name, role: .read, way: .loopback)
    }

    private func allowed(_ caller: Caller, _ writes: Bool) throws(Refusal) -> Caller {
        guard caller.role >= .operate || !writes else {
            throw .forbidden("the token \(caller.name) is for reading; this needs one with the role operate")
        }
        return caller
    }

    /// A proxy on this machine would lend its loopback address to everybody.
    private static func cameByProxy(_ headers: HTTPFields) -> Bool {
        ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"].contains { name in
            HTTPField.Name(name).map { headers[$0] != nil } ?? false
        }
    }

    /// Why a request is another site's doing; nil if nothing says so.
    func crossSite(_ headers: HTTPFields, _ host: String) -> String? {
        if let name = HTTPField.Name("Sec-Fetch-Site"), let site = headers[name], site != "same-origin", site != "none"
        {
            return "another site's page has asked for this"
        }
        if let origin = headers[.origin], origin.lowercased() != "\(isSecure ? "https" : "http")://\(host.lowercased())"
        {
            return "another site's page has asked for this"
        }
        return nil
    }

    /// An address, `localhost` or one of `hosts`: names that no foreign DNS server answers for.
    private func isOurs(_ host: String) -> Bool {
        switch HostField(host) {
        case nil: false
        case .address: true
        case .name(let name): name == "localhost" || hosts.contains(name)
        }
    }
}

extension IPAddress {
    /// 127.0.0.0/8, ::1, and the former as IPv6 sockets see it.
    fileprivate var isThisMachine: Bool {
        switch self {
        case .v4(let address): address >> 24 == 127
        case .v6(0, let low): low == 1 || low >> 24 == 0xffff_7f
        case .v6: false
        }
    }
}
