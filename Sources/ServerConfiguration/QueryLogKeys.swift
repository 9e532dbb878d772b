// The key `query_log` of the section `server`: which queries are logged with dnstap, where to, and how much of a client's
// address.

/// The query log.
public struct QueryLogSettings: Hashable, Sendable {
    public enum Output: Hashable, Sendable {
        /// A unix socket on which somebody receives Frame Streams.
        case socket(path: String)
        /// A file, full at `longest` octets, and how many full ones are kept.
        case file(path: String, longest: Int, keep: Int)
    }

    public var output: Output
    /// Of the queries, above 0 and up to 1.
    public var share: Double = 1
    /// One of the two at least.
    public var logsQueries = false
    public var logsResponses = true
    /// Bits of clients' addresses that are kept.
    public var prefixLength4 = 24
    public var prefixLength6 = 56
    /// Nil for the server's own.
    public var identity: String?

    public init(output: Output) { self.output = output }
}

private let example = "dnstap: {socket: /run/dnstap.sock}"

/// `sun_path` of unix(7), with the zero behind it.
private let longestSocketPath = 107

func readQueryLog(_ value: Value) -> QueryLogSettings? {
    if value.text == "off" { return nil }
    guard value.isMapping else {
        value.fail("query_log must be off, or have the key dnstap\(value.butIs); write query_log: {\(example)}")
        return nil
    }
    guard let fields = value.fields(of: .queryLog) else { return nil }
    guard let dnstap = fields["dnstap"] else {
        value.fail("query_log has no dnstap; write query_log: {\(example)}, or off")
        return nil
    }
    var settings = QueryLogSettings(output: readOutput(dnstap) ?? .socket(path: ""))
    if let sample = fields["sample"] { settings.share = readShare(sample) ?? 1 }
    if let messages = fields["messages"] { readMessages(messages, into: &settings) }
    if let prefix = fields["client_prefix"] { readPrefix(prefix, into: &settings) }
    settings.identity = fields["identity"].flatMap { readText($0, example: "ns1") }
    return settings
}

private func readOutput(_ value: Value) -> QueryLogSettings.Output? {
    guard value.isMapping else {
        value.fail("dnstap must have the key socket or file\(value.butIs); write \(example)")
        return nil
    }
    guard let fields = value.fields(of: .dnstap) else { return nil }
    switch (fields["socket"], fields["file"]) {
    case (let socket?, nil):
        for key in KeySection.dnstap.keys where !key.applies(to: "socket") {
            fields[key.name]?.fail("\(key.name) applies to file alone; remove it")
        }
        guard let path = socket.filePath("/run/dnstap.sock") else { return nil }
        guard path.utf8.count <= longestSocketPath else {
            socket.fail("socket must be a path of at most \(longestSocketPath) octets; write a shorter one")
            return nil
        }
        return .socket(path: path)
    case (nil, let file?):
        guard let path = file.filePath("queries.fstrm") else { return nil }
        return .file(
            path: path, longest: fields["max_size"]?.size(in: 100_000...1_000_000_000_000) ?? 100_000_000,
            keep: fields["keep"]?.integer() ?? 5)
    default:
        value.fail("dnstap must have one of socket and file; write \(example), or dnstap: {file: queries.fstrm}")
        return nil
    }
}

private func readShare(_ value: Value) -> Double? {
    guard let text = value.text, let share = Double(text), share > 0, share <= 1 else {
        value.fail("sample must be a share of the queries, above 0 and up to 1\(value.butIs); write sample: 0.01")
        return nil
    }
    return share
}

private func readMessages(_ value: Value, into settings: inout QueryLogSettings) {
    let kinds = value.list().compactMap { $0.choice() }
    settings.logsQueries = kinds.contains("auth_query")
    settings.logsResponses = kinds.contains("auth_response")
    if value.list().isEmpty { value.fail("messages names no kind; write messages: [auth_response]") }
}

private func readPrefix(_ value: Value, into settings: inout QueryLogSettings) {
    if value.text == "full" {
        settings.prefixLength4 = 32
        settings.prefixLength6 = 128
        return
    }
    guard value.isMapping else {
        value.fail(
            "client_prefix must be full, or have the keys ipv4 and ipv6\(value.butIs); "
                + "write client_prefix: {ipv4: 24, ipv6: 56}")
        return
    }
    guard let fields = value.fields(of: .clientPrefix) else { return }
    settings.prefixLength4 = fields["ipv4"]?.integer() ?? settings.prefixLength4
    settings.prefixLength6 = fields["ipv6"]?.integer() ?? settings.prefixLength6
}

extension Value {
    /// Octets: `64kB`, `100MB`, `2GB`, within `range`.
    func size(in range: ClosedRange<Int>) -> Int? {
        let units = [("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000)]
        for (unit, factor) in units {
            guard let text, text.hasSuffix(unit) else { continue }
            let digits = text.dropLast(unit.count)
            guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), digits.count <= 9, let amount = Int(digits) else {
                break
            }
            if range ~= amount * factor { return amount * factor }
        }
        fail("\(name) must be a size from 100kB to 1000GB, such as 100MB\(butIs)")
        return nil
    }
}
