// The key `admin` of the section `server`: where the HTTP endpoint is, who may use it, and its own TLS.

internal import DNSCore

/// Who may use the HTTP endpoint, beside programs on this machine.
public struct AdminAccess: Hashable, Sendable {
    /// Tokens by name and role; nil: there is only the one for this machine, which the server makes itself.
    public var tokensFile: String?
    /// PEM; both or none.
    public var certificateFile: String?
    public var keyFile: String?
    /// Names under which browsers may ask for it.
    public var hosts: [String] = []

    public init() {}
}

func readAdmin(_ value: Value, into settings: inout ServerSettings) {
    guard value.isMapping else {
        settings.admin = value.text == "off" ? nil : readEndpoint(value, example: "\"127.0.0.1:8053\" or off")
        return
    }
    guard let fields = value.fields(of: .admin) else { return }
    if let listen = fields["listen"] { settings.admin = readEndpoint(listen, example: "\"0.0.0.0:8053\"") }
    settings.adminAccess.tokensFile = fields["tokens_file"]?.filePath("admin.tokens")
    settings.adminAccess.certificateFile = fields["certificate_file"]?.filePath("fullchain.pem")
    settings.adminAccess.keyFile = fields["key_file"]?.filePath("privkey.pem")
    settings.adminAccess.hosts = fields["hosts"].map(readHosts) ?? []
    if (fields["certificate_file"] == nil) != (fields["key_file"] == nil) {
        let missing = fields["key_file"] == nil ? "key_file: privkey.pem" : "certificate_file: fullchain.pem"
        value.fail("certificate_file and key_file go together; add \(missing)")
    }
}

private func readHosts(_ value: Value) -> [String] {
    value.list().compactMap { element in
        guard let name = element.string("[dns-admin.hospital.example]") else { return nil }
        guard !name.contains(where: { ":/ *".contains($0) }), (try? DomainName(name)) != nil else {
            element.fail("hosts must be names such as dns-admin.hospital.example, without a port\(element.butIs)")
            return nil
        }
        return name
    }
}
