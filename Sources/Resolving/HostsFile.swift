// /etc/hosts (hosts(5)): what it says of a name counts before any name server, as everywhere on the machine. Container
// engines put names there (`extra_hosts`).

internal import DNSCore

/// Names and their addresses.
struct HostsFile: Sendable {
    private var addresses: [DomainName: [IPAddress]] = [:]

    init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            guard let first = words.first, let address = IPAddress(String(first)) else { continue }
            for word in words.dropFirst() {
                guard let name = try? DomainName(String(word)) else { continue }
                if addresses[name]?.contains(address) != true { addresses[name, default: []].append(address) }
            }
        }
    }

    subscript(name: DomainName) -> [IPAddress] { addresses[name] ?? [] }
}
