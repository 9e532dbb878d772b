// The configuration as people see it: read again it is the same, and nothing in it is secret.

import Checks
import DNSCore
import Foundation
import ServerConfiguration
import Testing

@Suite struct ShownTests {
    /// Every key that means something without a file; what is secret in tests of their own.
    private static let everything = #"""
        server:
          listen: ["127.0.0.1:5300", "[::1]:5300"]
          admin: {listen: "0.0.0.0:8053", hosts: [dns.example.org]}
          workers: 3
          xdp: eth0
          identity: ns1
          version: "off"
          udp_payload_size: 1400
          cookies: "off"
          rate_limit: {responses_per_second: 20, window: 10s, slip: 3, ipv4_prefix: 28, ipv6_prefix: 60, exempt: [10.0.0.0/8]}
          access: {allow: [192.0.2.0/24], deny: [192.0.2.7], denied: drop}
          explain_in_answers: [10.0.0.0/8]
          tcp_idle_timeout: 90s
          tcp_connections: 100
          tcp_connections_per_client: 7
          resolvers: [10.0.0.2, "127.0.0.1:5353"]
          keep_addresses: 12h
          watch: true
          state: "off"
          state_keep: 7d
          log: {format: json, level: debug}
          query_log: {dnstap: {file: /tmp/q.fstrm, max_size: 2MB, keep: 3}, sample: 0.25, messages: [auth_query], client_prefix: {ipv4: 16, ipv6: 48}, identity: x}
        prober: {references: ["192.0.2.1:443"], freeze: "off"}
        checks:
          web:
            type: https
            port: 8443
            role: advisory
            interval: 1500ms
            recheck: 1s
            fall: 2
            rise: 4
            timeout: {tcp: 100ms, tls: 200ms, http: 300ms}
            slow: 250ms
            method: OPTIONS
            path: /x?last
            host: www.example.org
            headers: {Accept: text/plain}
            expect_status: [204, 301-302]
            body_contains: "say \"yes\""
            body_matches: "^[a-z]+$"
            body_limit: 1000
            server_name: www.example.org
            verify: pin
            pins: ["sha256//AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10:11:12:13:14:15:16:17:18:19:1a:1b:1c:1d:1e:1f"]
            min_days: 9
            cover_name: true
          echo: {type: dicom, port: 104, called_aet: A B, calling_aet: ME, tls: true, verify: strict}
          open: {type: tcp, port: 443}
          run: {type: exec, command: [/bin/sh, -c, "exit 0"], exit_codes: nagios}
        pools:
          a:
            policy: weighted
            answers: 2
            profile: orthanc
            checks: [web, echo]
            targets:
              one: {address: [192.0.2.1, "2001:db8::1"], weight: 7, name: one.example.org, probe: {address: [10.0.0.1, 10.0.0.2]}}
              two: {address: 192.0.2.2, checks: [open, run]}
            prefer: {10.0.0.0/8: [two]}
            min_healthy: 50%
            when_all_down: backup
            backup: b
            degraded: lower_weight
            degraded_weight: 30%
            failback: delayed 90s
            slow_start: 5min
            damping: {changes: 4, within: 5min, hold: [1min, 2min], forget_after: 1h}
            stale_after: 10min
            common_mode: "off"
            recovery_target: 2min
          b:
            policy: failover
            targets:
              one: {host: one.example.org, flatten: true, tier: 1}
              two: {pool: c, tier: 2}
            damping: "off"
            failback: manual
          c: {targets: {x: 192.0.2.9}, when_all_down: backup, backup: [192.0.2.99]}
        notify:
          page: {exec: [/bin/true, now], on: [pool, target], pools: [a, c], timeout: 3s, retry_for: "off", digest: "off"}
        """#

    private func shown(_ text: String) throws -> ShownValue {
        let (configuration, findings) = readConfiguration(text: text, file: "triagedns.yaml")
        #expect(findings.filter { $0.severity == .error } == [])
        return try #require(configuration).shown
    }

    /// Every key of a text and its values, in `a: {b: 1}` as in lines.
    private func keys(_ value: ShownValue) -> Set<String> {
        switch value {
        case .mapping(let entries):
            entries.reduce(into: []) { keys, entry in
                keys.insert(entry.key)
                keys.formUnion(self.keys(entry.value))
            }
        case .list(let values): values.reduce(into: []) { $0.formUnion(keys($1)) }
        default: []
        }
    }

    @Test func readAgainItIsTheSame() throws {
        let first = try shown(Self.everything).json
        #expect(try shown(first).json == first)
        let defaults = try shown("pools: {a: {targets: {x: 192.0.2.1}}}").json
        #expect(try shown(defaults).json == defaults)
    }

    @Test func everyKeyThatIsWrittenIsShown() throws {
        let written = Self.everything.matches(of: /([A-Za-z_][A-Za-z0-9_]*):[ \n]/).map { String($0.output.1) }
        let shown = keys(try shown(Self.everything))
        #expect(written.count > 90)
        #expect(Set(written).subtracting(shown).sorted() == [])
    }

    @Test func valuesAreThoseOfTheFile() throws {
        let shown = try shown(Self.everything)
        let web = shown["checks"]?["web"]
        #expect(web?["interval"] == .text("1500ms"))
        #expect(web?["slow"] == .text("250ms"))
        #expect(web?["expect_status"] == .list([.number(204), .text("301-302")]))
        let pool = shown["pools"]?["a"]
        #expect(pool?["profile"] == .text("orthanc"))
        #expect(pool?["checks"] == .texts(["web", "echo"]))
        #expect(pool?["targets"]?["one"]?["probe"] == ShownValue(["address": .texts(["10.0.0.1", "10.0.0.2"])]))
        #expect(shown["server"]?["keep_addresses"] == .text("12h"))
        #expect(shown["server"]?["explain_in_answers"] == .texts(["10.0.0.0/8"]))
    }

    @Test func linesSayWhereThingsAre() throws {
        let text = "pools:\n  a:\n    targets:\n      x: 192.0.2.1\n"
        let configuration = try #require(readConfiguration(text: text, file: "triagedns.yaml").0)
        #expect(configuration.lines.map(\.path) == ["pools.a", "pools.a.targets.x"])
        #expect(configuration.lines.map(\.line) == [2, 4])
    }

    @Test func nothingSecretIsShown() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("shown-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let secrets = ["hush-one", "0123456789abcdef0123456789abcdef", "whsec_aHVzaC10d28taHVzaC10d28taHVzaC10d28="]
        for (name, secret) in zip(["bearer", "cookies", "hook"], secrets) {
            let path = directory.appendingPathComponent(name).path
            try secret.write(toFile: path, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        }
        let text = """
            server: {cookies: {secret_file: cookies}}
            checks:
              web: {type: http, path: "/x?api_key=hush-three&last", bearer_file: bearer, headers: {X-Any: hush-four}}
              run: {type: exec, command: [/bin/true, --password, hush-five, --token=hush-six, "Authorization: hush-8", "ftp://u:hush-9@h/", -u, "anna:hush-10", -phush-11, "{address}:{port}"]}
            pools: {a: {checks: [web, run], targets: {x: 192.0.2.1}}}
            notify: {ops: {webhook: "https://hooks.example/T0/hush-seven", secret_file: hook}}
            """
        let (configuration, findings) = readConfiguration(
            text: text, file: directory.appendingPathComponent("triagedns.yaml").path)
        #expect(findings == [])
        let json = try #require(configuration).shown.json
        #expect(!json.contains("hush"))
        for secret in secrets { #expect(!json.contains(secret.suffix(16))) }
        #expect(json.contains("/x?api_key=***&last"))
        #expect(
            json.contains(
                #"["/bin/true", "--password", "***", "--token=***", "***", "***", "-u", "***", "***", "{address}:{port}"]"#
            ))
        #expect(json.contains("https://hooks.example/***"))
        #expect(json.contains("\(directory.path)/bearer"))
    }

    @Test func jsonIsJSON() throws {
        let value = ShownValue(["a": .text("\"\\\n\u{7f}ü"), "b": .list([.number(1), .number(0.5), .boolean(true)])])
        let decoded = try JSONDecoder().decode(ShownValue.self, from: Data(value.json.utf8))
        #expect(decoded["a"] == value["a"])
        #expect(decoded["b"] == value["b"])
    }
}
