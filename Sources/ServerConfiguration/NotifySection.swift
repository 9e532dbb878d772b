// The section `notify` of triagedns.yaml: who is told of what has happened.

internal import DNSCore
internal import Foundation

/// More would be a mailing list.
private let maximumChannels = 32

/// Reads the section.
/// - Parameter pools: the names of the pools that there are.
func readNotify(_ section: Value, pools: [String]) -> [NotificationChannel] {
    let entries = section.entries() ?? []
    if entries.count > maximumChannels {
        section.fail("notify has \(entries.count) channels, the limit is \(maximumChannels); name fewer")
    }
    return entries.compactMap { readChannel($0, pools) }
}

private func readChannel(_ entry: Value, _ pools: [String]) -> NotificationChannel? {
    guard isIdentifier(entry.name) else {
        entry.report.add(
            line: entry.line, "\"\(entry.name)\" cannot name a channel; write at most 63 of A-Z a-z 0-9 - and _")
        return nil
    }
    guard let fields = entry.fields(of: .channel), let receiver = readReceiver(fields, entry) else {
        return nil
    }
    var channel = NotificationChannel(name: entry.name, receiver: receiver)
    if let value = fields["on"] { channel.subjects = readSubjects(value) }
    if let value = fields["pools"] { channel.pools = readPoolNames(value, pools) }
    channel.timeout = fields["timeout"]?.duration() ?? channel.timeout
    if let value = fields["retry_for"] {
        channel.retryFor = value.text == "off" ? .zero : value.duration() ?? channel.retryFor
    }
    if let value = fields["digest"] {
        channel.digest = value.text == "off" ? nil : value.duration() ?? channel.digest
    }
    return channel
}

private func readReceiver(_ fields: Fields, _ entry: Value) -> NotificationChannel.Receiver? {
    switch (fields["webhook"], fields["exec"]) {
    case (nil, nil):
        entry.report.add(
            line: entry.line,
            "the channel \(entry.name) has no receiver; write webhook: https://hooks.example/x, or exec: [/usr/local/bin/page]"
        )
        return nil
    case (_?, let exec?):
        exec.report.add(line: exec.line, "\(entry.name) has both webhook and exec; make two channels of it")
        return nil
    case (let webhook?, nil): return readWebhook(webhook, fields).map { .webhook($0) }
    case (nil, let exec?):
        for key in KeySection.channel.keys where !key.applies(to: "exec") {
            guard let value = fields[key.name] else { continue }
            value.report.add(line: value.line, "\(key.name) does not apply to exec, only to webhook; remove it")
        }
        return readCommand(exec).map { .program(path: $0.path, arguments: $0.arguments) }
    }
}

private func readSubjects(_ value: Value) -> Set<NotificationChannel.Subject> {
    let subjects = value.list().compactMap { $0.choice(of: NotificationChannel.Subject.self) }
    if value.list().isEmpty { value.fail("on names nothing; write on: [target, pool, prober]") }
    return Set(subjects)
}

private func readPoolNames(_ value: Value, _ pools: [String]) -> Set<String> {
    if value.list().isEmpty { value.fail("pools names no pool; write one, or remove pools") }
    return Set(
        value.list().compactMap { element in
            if let name = element.text, pools.contains(name) { return name }
            let hint = Diagnostic.nearest(to: element.text ?? "", among: pools).map { "did you mean \($0)?" }
            element.fail(
                "there is no pool \"\(element.text ?? "")\"; \(hint ?? "write one of \(pools.joined(separator: ", "))")"
            )
            return nil
        })
}

// MARK: Webhooks

private func readWebhook(_ value: Value, _ fields: Fields) -> Webhook? {
    guard let text = value.text, let url = URLComponents(string: text), ["http", "https"].contains(url.scheme),
        let host = url.host, !host.isEmpty, url.user == nil, url.password == nil, url.fragment == nil
    else {
        // The text stays out of the message: such addresses often are secrets themselves.
        value.fail("webhook must be an http or https URL without user and #; write webhook: https://hooks.example/x")
        return nil
    }
    var webhook = Webhook(url: text)
    webhook.secrets = fields["secret_file"].map(readSecrets) ?? []
    webhook.authorityFile = fields["ca_file"]?.readableFile("ca.pem", "a PEM file")
    if let file = fields["ca_file"], url.scheme == "http" {
        file.report.add(line: file.line, "ca_file has no effect over http; write an https URL, or remove it")
    }
    webhook.proxy = fields["proxy"].flatMap(readProxy)
    return webhook
}

private func readProxy(_ value: Value) -> Webhook.Proxy? {
    let text = value.text ?? ""
    if let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 {
        let host = String(text[..<colon])
        if isHost(host) {
            return Webhook.Proxy(host: host, port: Int(port))
        }
    }
    // Where somebody has written a password, it is not repeated.
    let words = text.contains("@") ? "" : value.butIs
    value.fail("proxy must be a host and a port\(words); write proxy: \"proxy.hospital.example:3128\"")
    return nil
}

private func isHost(_ text: String) -> Bool {
    IPAddress(text) != nil
        || !text.isEmpty && text.utf8.allSatisfy { $0 == 0x2e || isIdentifier(String(UnicodeScalar($0))) }
}

/// One secret a line; empty lines and those that start with # are left out.
private func readSecrets(_ value: Value) -> [[UInt8]] {
    guard let path = value.secretFile("a file with a secret, such as whsec_ and what `openssl rand -base64 32` prints")
    else { return [] }
    guard let data = FileManager.default.contents(atPath: path) else { return [] }
    let text = String(decoding: data, as: UTF8.self)
    var secrets: [[UInt8]] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        let word = line.trimmingCharacters(in: .whitespaces)
        if word.isEmpty || word.hasPrefix("#") { continue }
        let base64 = word.hasPrefix("whsec_") ? String(word.dropFirst(6)) : word
        guard let data = Data(base64Encoded: base64), 24...64 ~= data.count else {
            value.report.add(
                file: path, line: index + 1,
                "a webhook secret is whsec_ and 24 to 64 octets in Base64; make one with "
                    + "`echo whsec_$(openssl rand -base64 32)`")
            continue
        }
        secrets.append(Array(data))
    }
    if secrets.isEmpty, text.allSatisfy({ $0.isWhitespace }) {
        value.fail("secret_file: there is no secret in \(path); make one with `echo whsec_$(openssl rand -base64 32)`")
    }
    return secrets
}
