// The field `Host` (RFC 9110 §7.2): which name a browser believes to be talking to.

package import DNSCore

/// What stands before the port.
package enum HostField: Equatable {
    case address(IPAddress)
    /// In lower case.
    case name(String)

    /// Nil for what is neither.
    package init?(_ field: String) {
        var text = Substring(field)
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            guard Self.isPort(text[text.index(after: end)...]),
                let address = IPAddress(String(text[..<end].dropFirst())), address.isV6
            else { return nil }
            self = .address(address)
            return
        }
        if let colon = text.firstIndex(of: ":") {
            guard Self.isPort(text[colon...]) else { return nil }
            text = text[..<colon]
        }
        if let address = IPAddress(String(text)), !address.isV6 {
            self = .address(address)
            return
        }
        guard !text.isEmpty, text.utf8.allSatisfy({ Self.nameOctets.contains($0) }) else { return nil }
        self = .name(text.lowercased())
    }

    private static let nameOctets = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.".utf8)

    /// Nothing, or a colon and at most five digits.
    private static func isPort(_ text: Substring) -> Bool {
        if text.isEmpty { return true }
        let digits = text.dropFirst()
        return text.hasPrefix(":") && digits.utf8.count <= 5 && digits.utf8.allSatisfy { 0x30...0x39 ~= $0 }
    }
}
