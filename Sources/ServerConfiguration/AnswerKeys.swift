// Those keys of the section `server` that shape answers: what the server says of itself, cookies, rate limit, access.

internal import DNSCore
internal import Foundation

func readAnswers(_ fields: Fields, into settings: inout ServerSettings) {
    settings.identity = fields["identity"].flatMap { readText($0, example: "ns1") }
    if let version = fields["version"] {
        settings.version = version.text == "off" ? "" : readText(version, example: "off") ?? ""
    }
    settings.udpPayloadSize = fields["udp_payload_size"]?.integer() ?? settings.udpPayloadSize
    if let cookies = fields["cookies"] { settings.cookies = readCookies(cookies) }
    settings.rateLimit = fields["rate_limit"].flatMap(readRateLimit)
    if let access = fields["access"] { settings.access = readAccess(access) }
    if let explain = fields["explain_in_answers"] { settings.explainInAnswers = readConfidants(explain) }
}

/// A text that fits one string of a TXT record.
func readText(_ value: Value, example: String) -> String? {
    guard let text = value.string(example) else { return nil }
    guard text.utf8.count <= 255 else {
        value.fail("\(value.name) must be at most 255 octets; shorten it")
        return nil
    }
    return text
}

// MARK: Cookies

/// The most secrets in a file: the one in use, the one to come and the one that was (RFC 9018 §5), and some more.
private let maximumSecrets = 8

private func readCookies(_ value: Value) -> CookieSettings {
    if value.text == "off" { return .off }
    guard value.isMapping else {
        value.fail("cookies must be off, or have the key secret_file\(value.butIs); write cookies: off")
        return .random
    }
    guard let file = value.fields(of: .cookies)?["secret_file"],
        let path = file.filePath("cookies.secret")
    else { return .random }
    guard let data = FileManager.default.contents(atPath: path) else {
        file.fail(
            "secret_file: cannot read \(path); write 32 hexadecimal digits into it, "
                + "such as `openssl rand -hex 16` prints")
        return .random
    }
    return readSecrets(String(decoding: data, as: UTF8.self), path, file.report).map(CookieSettings.secrets) ?? .random
}

/// One secret a line, the one that makes new cookies first; empty lines and those that start with # are left out.
private func readSecrets(_ text: String, _ path: String, _ report: Report) -> [CookieSecret]? {
    var secrets: [CookieSecret] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        let word = line.trimmingCharacters(in: .whitespaces)
        if word.isEmpty || word.hasPrefix("#") { continue }
        guard let secret = octets(hexadecimal: word).flatMap({ CookieSecret($0) }) else {
            // The line itself stays out of the message: it may be a secret with a typing error.
            report.add(
                file: path, line: index + 1,
                "a cookie secret is 32 hexadecimal digits; make one with `openssl rand -hex 16`")
            return nil
        }
        secrets.append(secret)
    }
    guard 1...maximumSecrets ~= secrets.count else {
        report.add(
            file: path, line: 0,
            "there are \(secrets.count) cookie secrets, and there must be 1 to \(maximumSecrets); the first makes new cookies"
        )
        return nil
    }
    return secrets
}

private func octets(hexadecimal text: String) -> [UInt8]? {
    let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    guard digits.count == text.utf8.count, digits.count % 2 == 0 else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

// MARK: Rate limit

private func readRateLimit(_ value: Value) -> RateLimit? {
    if value.text == "off" { return nil }
    guard value.isMapping else {
        return value.integer().map { RateLimit(responsesPerSecond: $0) }
    }
    guard let fields = value.fields(of: .rateLimit) else { return nil }
    guard let rate = fields["responses_per_second"] else {
        value.fail("rate_limit has no responses_per_second; write rate_limit: {responses_per_second: 20}, or off")
        return nil
    }
    var limit = RateLimit(responsesPerSecond: rate.integer() ?? 1)
    if let value = fields["window"], let window = value.duration() {
        if window.components.attoseconds != 0 { value.fail("window must be whole seconds\(value.butIs); write 15s") }
        limit.window = Int(window.components.seconds)
    }
    limit.slip = fields["slip"]?.integer() ?? limit.slip
    limit.prefixLength4 = fields["ipv4_prefix"]?.integer() ?? limit.prefixLength4
    limit.prefixLength6 = fields["ipv6_prefix"]?.integer() ?? limit.prefixLength6
    limit.exempt = fields["exempt"].map(readPrefixes) ?? []
    return limit
}

// MARK: Access

private func readAccess(_ value: Value) -> AccessList {
    var access = AccessList()
    guard let fields = value.fields(of: .access) else { return access }
    access.allow = fields["allow"].map(readPrefixes) ?? []
    access.deny = fields["deny"].map(readPrefixes) ?? []
    access.drops = fields["denied"]?.choice() == "drop"
    if access.allow.isEmpty, access.deny.isEmpty {
        value.fail("access names no network; write access: {deny: [192.0.2.0/24]}")
    }
    return access
}

/// Who is told what is wrong with a pool.
private func readConfidants(_ value: Value) -> [AddressPrefix] {
    switch value.text {
    case "off": return []
    case "on": return AddressPrefix.everybody
    case "private": return AddressPrefix.privateNetworks
    case nil: break
    case let text?:
        guard AddressPrefix(text) != nil else {
            value.fail(
                "\(value.name) must be private, on, off, or networks\(value.butIs); "
                    + "write \(value.name): private, or \(value.name): [10.0.0.0/8]")
            return []
        }
    }
    let networks = readPrefixes(value)
    if value.list().isEmpty { value.fail("\(value.name) names no network; write \(value.name): off") }
    return networks
}

extension AddressPrefix {
    static let everybody = ["0.0.0.0/0", "::/0"].compactMap { AddressPrefix($0) }

    /// This machine, and networks that the Internet does not reach: RFC 1918, link-local (RFC 3927, RFC 4291 §2.5.6),
    /// unique local (RFC 4193).
    static let privateNetworks = [
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "::1", "fc00::/7",
        "fe80::/10",
    ].compactMap { AddressPrefix($0) }
}

private func readPrefixes(_ value: Value) -> [AddressPrefix] {
    value.list().compactMap { element in
        if let prefix = element.text.flatMap({ AddressPrefix($0) }) { return prefix }
        element.fail(
            "\(element.name) must be networks such as 192.0.2.0/24 or 2001:db8::/32, "
                + "with no bits set after the prefix\(element.butIs)")
        return nil
    }
}
