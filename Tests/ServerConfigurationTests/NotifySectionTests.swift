// The section `notify`: what is read, and every message about it.

import DNSCore
import Foundation
import ServerConfiguration
import Testing

@Suite struct NotifySectionTests {
    /// Files as the section may name: a good secret, a bad one, an empty one, and an authority.
    private final class Files {
        let directory = FileManager.default.temporaryDirectory.appending(path: "notify-\(UUID().uuidString)")

        init() throws {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            let octets = Data(repeating: 7, count: 24).base64EncodedString()
            for (name, text) in [
                ("good", "# ours\nwhsec_\(octets)\n\n\(Data(repeating: 9, count: 64).base64EncodedString())\n"),
                ("bad", "whsec_\(octets)\nwhsec_AAAA\n"), ("empty", "\n"), ("ca.pem", ""),
            ] {
                let file = directory.appending(path: name)
                try Data(text.utf8).write(to: file)
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
            }
        }

        deinit { try? FileManager.default.removeItem(at: directory) }

        func read(_ channels: String) -> (ServerConfiguration?, [String]) {
            let text = "pools: {pacs: {targets: {t: 192.0.2.1}}}\nnotify:\n\(channels)"
            let (configuration, findings) = readConfiguration(
                text: text, file: directory.appending(path: "f").path)
            return (configuration, findings.map { $0.description.replacing(directory.path + "/", with: "") })
        }
    }

    @Test func readsAll() throws {
        let (configuration, findings) = try Files().read(
            """
              ops:
                webhook: https://hooks.example/x?y=1
                on: [pool, prober]
                pools: pacs
                timeout: 5s
                retry_for: 1h
                digest: 30s
                secret_file: good
                ca_file: ca.pem
                proxy: "proxy.example:3128"
              pager: {exec: [/bin/true, --dns], retry_for: off, digest: off}
              plain: {webhook: "http://127.0.0.1:9/"}
            """)
        #expect(findings == [])
        let channels = try #require(configuration?.notify)
        #expect(channels.map(\.name) == ["ops", "pager", "plain"])
        guard case .webhook(let webhook) = channels[0].receiver else {
            Issue.record("a webhook")
            return
        }
        #expect(webhook.url == "https://hooks.example/x?y=1")
        #expect(webhook.secrets == [Array(repeating: 7, count: 24), Array(repeating: 9, count: 64)])
        #expect(webhook.authorityFile?.hasSuffix("/ca.pem") == true)
        #expect(webhook.proxy == Webhook.Proxy(host: "proxy.example", port: 3128))
        #expect((channels[0].subjects, channels[0].pools) == ([.pool, .prober], ["pacs"]))
        #expect(
            (channels[0].timeout, channels[0].retryFor, channels[0].digest) == (
                .seconds(5), .seconds(3600), .seconds(30)
            ))
        #expect(
            channels[1]
                == NotificationChannel(
                    name: "pager", receiver: .program(path: "/bin/true", arguments: ["--dns"]), retryFor: .zero,
                    digest: nil))
        #expect(
            channels[2]
                == NotificationChannel(name: "plain", receiver: .webhook(Webhook(url: "http://127.0.0.1:9/"))))
    }

    /// A channel, which stands on line 3, and what must be said of it.
    static let errors: [(String, [String])] = [
        (
            "a b: {exec: /bin/true}",
            ["3: error: \"a b\" cannot name a channel; write at most 63 of A-Z a-z 0-9 - and _"]
        ),
        (
            "a: {}",
            [
                "3: error: the channel a has no receiver; write webhook: https://hooks.example/x, or exec: [/usr/local/bin/page]"
            ]
        ),
        (
            "a: {webhook: https://h, exec: /bin/true}",
            ["3: error: a has both webhook and exec; make two channels of it"]
        ),
        (
            "a: {webhoook: x}",
            [
                "3: error: unknown key \"webhoook\" in a; did you mean webhook?",
                "3: error: the channel a has no receiver; write webhook: https://hooks.example/x, or exec: [/usr/local/bin/page]",
            ]
        ),
        (
            "a: {url: x}",
            [
                "3: error: unknown key \"url\" in a; there are webhook, exec, on, pools, timeout, retry_for, digest, "
                    + "secret_file, ca_file, proxy",
                "3: error: the channel a has no receiver; write webhook: https://hooks.example/x, or exec: [/usr/local/bin/page]",
            ]
        ),
        (
            "a: {webhook: \"ftp://token@h\"}",
            [
                "3: error: webhook must be an http or https URL without user and #; write webhook: https://hooks.example/x"
            ]
        ),
        (
            "a: {webhook: https://h, on: [targets]}",
            ["3: error: on must be one of target, pool, prober, but is \"targets\""]
        ),
        (
            "a: {webhook: https://h, on: []}", ["3: error: on names nothing; write on: [target, pool, prober]"]
        ),
        (
            "a: {webhook: https://h, pools: [pac, x]}",
            [
                "3: error: there is no pool \"pac\"; did you mean pacs?",
                "3: error: there is no pool \"x\"; write one of pacs",
            ]
        ),
        ("a: {webhook: https://h, pools: []}", ["3: error: pools names no pool; write one, or remove pools"]),
        (
            "a: {webhook: https://h, timeout: 5, retry_for: 0s, digest: 1ms}",
            [
                "3: error: timeout must be a duration such as 500ms, 10s, 5min or 1h, but is \"5\"",
                "3: error: retry_for must be from 1s to 24h, but is \"0s\"",
                "3: error: digest must be from 100ms to 24h, but is \"1ms\"",
            ]
        ),
        (
            "a: {webhook: http://h, ca_file: no.pem}",
            [
                "3: error: ca_file: cannot read no.pem; write the path of a PEM file, as seen from this file's directory",
                "3: error: ca_file has no effect over http; write an https URL, or remove it",
            ]
        ),
        (
            "a: {webhook: https://h, proxy: \"http://p:1\"}",
            [
                "3: error: proxy must be a host and a port, but is \"http://p:1\"; "
                    + "write proxy: \"proxy.hospital.example:3128\""
            ]
        ),
        (
            "a: {webhook: https://h, secret_file: no}",
            [
                "3: error: secret_file: cannot read no; write the path of a file with a secret, such as whsec_ and what "
                    + "`openssl rand -base64 32` prints, as seen from this file's directory"
            ]
        ),
        (
            "a: {webhook: https://h, secret_file: empty}",
            [
                "3: error: secret_file: there is no secret in empty; make one with `echo whsec_$(openssl rand -base64 32)`"
            ]
        ),
        (
            "a: {exec: page}",
            ["3: error: exec must start with the absolute path of a program; no shell looks for it, but is \"page\""]
        ),
        (
            "a: {exec: [/nonexistent/page, {}]}",
            [
                "3: error: exec: there is no program /nonexistent/page that this user may run; install it, or chmod +x it",
                "3: error: each argument in exec must be a text; quote it",
            ]
        ),
        (
            "a: {exec: /bin/true, secret_file: good, ca_file: ca.pem, proxy: \"p:1\"}",
            [
                "3: error: secret_file does not apply to exec, only to webhook; remove it",
                "3: error: ca_file does not apply to exec, only to webhook; remove it",
                "3: error: proxy does not apply to exec, only to webhook; remove it",
            ]
        ),
        ("- a", ["3: error: notify must be a mapping; write key: value lines below it"]),
    ]

    @Test(arguments: Self.errors) func saysOfAChannel(_ text: String, _ expected: [String]) throws {
        let (configuration, findings) = try Files().read("  " + text)
        #expect(configuration == nil)
        #expect(findings == expected.map { "f:" + $0 })
    }

    @Test func saysWhichSecretIsBad() throws {
        let (_, findings) = try Files().read("  a: {webhook: https://h, secret_file: bad}")
        #expect(
            findings == [
                "bad:2: error: a webhook secret is whsec_ and 24 to 64 octets in Base64; make one with "
                    + "`echo whsec_$(openssl rand -base64 32)`"
            ])
    }

    @Test func hasALimit() throws {
        let channels = (1...33).map { "  c\($0): {exec: /bin/true}\n" }.joined()
        #expect(try Files().read(channels).1 == ["f:3: error: notify has 33 channels, the limit is 32; name fewer"])
    }
}
