// An address and port to listen on, as `127.0.0.1:5300` or `[::1]:53`.

public import DNSCore

/// Where a socket is bound.
public struct SocketEndpoint: Hashable, Sendable {
    public var address: IPAddress
    public var port: UInt16

    public static let defaultListen = [
        SocketEndpoint(address: .v4(0x7f00_0001), port: 5_300), SocketEndpoint(address: .v6(0, 1), port: 5_300),
    ]
    public static let defaultAdmin = SocketEndpoint(address: .v4(0x7f00_0001), port: 8_053)

    public init(address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// Reads `address:port`, an IPv6 address in brackets; nil if it is anything else, or the port is 0.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0,
            text[text.index(after: colon)...].allSatisfy(\.isNumber)
        else { return nil }
        let host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]") && host.count > 2
        guard let address = IPAddress(String(isBracketed ? host.dropFirst().dropLast() : host)),
            address.isV6 == isBracketed
        else { return nil }
        self.address = address
        self.port = port
    }
}

extension SocketEndpoint: CustomStringConvertible {
    public var description: String { address.isV6 ? "[\(address)]:\(port)" : "\(address):\(port)" }
}
