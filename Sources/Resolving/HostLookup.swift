// What was found out about a host name.

public import DNSCore

/// The addresses of a name, or why there are none, for each family by itself: a name server may fail to answer for one.
public struct HostLookup: Hashable, Sendable {
    /// What is known of one family.
    public enum Part: Hashable, Sendable {
        /// Never empty.
        case addresses([IPAddress], timeToLive: UInt32)
        /// There are none, and that may be kept for so many seconds.
        case none(timeToLive: UInt32)
        /// Why it is not known, in words: `SERVFAIL from 10.0.0.2`.
        case failed(String)
    }

    public var v4: Part
    public var v6: Part
    /// Who said so: `10.0.0.2`, or `/etc/hosts`.
    public var source: String

    public init(v4: Part, v6: Part, source: String) {
        self.v4 = v4
        self.v6 = v6
        self.source = source
    }

    /// What a list that somebody has written says.
    /// - Parameter timeToLive: until the next look at it, in seconds.
    public init(_ addresses: [IPAddress], timeToLive: UInt32, source: String) {
        func part(_ addresses: [IPAddress]) -> Part {
            addresses.isEmpty ? .none(timeToLive: timeToLive) : .addresses(addresses, timeToLive: timeToLive)
        }
        self.init(
            v4: part(addresses.filter { !$0.isV6 }), v6: part(addresses.filter(\.isV6)), source: source)
    }
}

extension ResponseCode {
    /// As people write it (RFC 1035 §4.1.1, RFC 2136 §2.2).
    var text: String {
        let names = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"]
        return names.indices.contains(Int(rawValue)) ? names[Int(rawValue)] : "response code \(rawValue)"
    }
}
