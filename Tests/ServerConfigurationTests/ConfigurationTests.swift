// What a correct triagedns.yaml means.

import DNSCore
import Resolving
import Foundation
import Checks
import ServerConfiguration
import Testing

@Suite struct ConfigurationTests {
    /// The example of DESIGN.md.
    static let example = """
        server: {listen: ["127.0.0.1:5300"], admin: "127.0.0.1:8053", identity: ns1}
        checks:
          web:   {type: https, port: 443, path: "/orthanc/changes?last", expect_status: [200-299, 401, 403]}
          dicom: {type: dicom, port: 11112, called_aet: ORTHANC}
        pools:
          orthanc:
            policy: weighted
            checks: [web, dicom]
            targets:
              orthanc-a: {address: 192.0.2.11, weight: 3}
              orthanc-b: {address: [192.0.2.12, "2001:db8::12"], weight: 1}
        """

    private func read(_ text: String) throws -> ServerConfiguration {
        let (configuration, findings) = readConfiguration(text: text, file: "triagedns.yaml")
        #expect(findings == [])
        return try #require(configuration)
    }

    @Test func readsTheExample() throws {
        let configuration = try read(Self.example)
        #expect(configuration.server.listen?.map(\.description) == ["127.0.0.1:5300"])
        #expect(configuration.server.admin == SocketEndpoint("127.0.0.1:8053"))
        #expect(configuration.server.identity == "ns1")
        let pool = try #require(configuration.pools.first)
        let a = try #require(IPAddress("192.0.2.11"))
        let b = [try #require(IPAddress("192.0.2.12")), try #require(IPAddress("2001:db8::12"))]
        #expect(
            pool.definition
                == PoolDefinition(
                    name: "orthanc", policy: .weighted,
                    targets: [
                        TargetDefinition(name: "orthanc-a", endpoint: .addresses([a]), weight: 3),
                        TargetDefinition(name: "orthanc-b", endpoint: .addresses(b), weight: 1),
                    ]))
        #expect(pool.line == 6)
        let http = HTTPOptions(path: "/orthanc/changes?last", expectedStatus: [200...299, 401...401, 403...403])
        let schedule = Schedule(interval: .seconds(30), recheckInterval: .seconds(5))
        #expect(
            pool.checks == [
                CheckDefinition(name: "web", kind: .https(http, TLSOptions()), port: 443),
                CheckDefinition(name: "dicom", kind: .dicom(DICOMOptions(), nil), port: 11_112, schedule: schedule),
            ])
    }

    @Test func theQueryLog() throws {
        #expect(try read("server: {query_log: off}").server.queryLog == nil)
        let plain = try #require(read("server: {query_log: {dnstap: {socket: /run/a}}}").server.queryLog)
        #expect(plain == QueryLogSettings(output: .socket(path: "/run/a")))
        #expect(plain.share == 1 && !plain.logsQueries && plain.logsResponses)
        #expect(plain.prefixLength4 == 24 && plain.prefixLength6 == 56 && plain.identity == nil)
        let text = """
            server:
              log: {format: json, level: warning}
              query_log:
                dnstap: {file: /q.fstrm, max_size: 2MB, keep: 0}
                sample: 0.01
                messages: auth_query
                client_prefix: full
                identity: tap1
            """
        let server = try read(text).server
        #expect(server.log.format == .json && server.log.level == .warning)
        let log = try #require(server.queryLog)
        #expect(log.output == .file(path: "/q.fstrm", longest: 2_000_000, keep: 0))
        #expect(log.share == 0.01 && log.logsQueries && !log.logsResponses)
        #expect(log.prefixLength4 == 32 && log.prefixLength6 == 128 && log.identity == "tap1")
    }

    @Test(arguments: ["", "\n# nothing\n", "server:\n", "pools: {}\n", "~"])
    func readsNothingAsDefaults(_ text: String) throws {
        let configuration = try read(text)
        #expect(configuration == ServerConfiguration())
        #expect(configuration.server.listen == nil)
        #expect(SocketEndpoint.defaultListen.map(\.description) == ["127.0.0.1:5300", "[::1]:5300"])
        #expect(configuration.server.admin?.description == "127.0.0.1:8053")
        #expect(configuration.server.udpPayloadSize == 1_232)
        #expect(configuration.server.tcpIdleTimeout == .seconds(10))
        #expect(configuration.server.tcpConnections == nil)
        #expect(configuration.server.tcpConnectionsPerClient == 500)
    }

    @Test func readsSteering() throws {
        let configuration = try read(
            """
            pools:
              everywhere:
                policy: sticky
                answers: 2
                targets:
                  a: {pool: site-a, weight: 3}
                  b: {address: 192.0.2.2, name: b.example.org}
                prefer: {10.1.0.0/16: [a], "2001:db8::/32": b}
              site-a: {targets: {h: 192.0.2.1}}
              names: {targets: {x: {pool: more}}}
              more: {targets: {h: {host: h.example.org}}}
            """)
        let address = IPAddress.v4(0xc000_0202)
        let networks = try ["10.1.0.0/16", "2001:db8::/32"].map { try #require(AddressPrefix($0)) }
        #expect(
            configuration.pools[0].definition
                == PoolDefinition(
                    name: "everywhere", policy: .sticky, answers: 2,
                    targets: [
                        TargetDefinition(name: "a", endpoint: .pool(NestedPool(name: "site-a")), weight: 3),
                        TargetDefinition(
                            name: "b", endpoint: .addresses([address]), ownName: try DomainName("b.example.org")),
                    ],
                    preferences: PoolPreferences([
                        .init(network: networks[0], targets: ["a"]), .init(network: networks[1], targets: ["b"]),
                    ])))
        #expect(
            configuration.pools[2].definition.targets[0].endpoint == .pool(NestedPool(name: "more", hasHosts: true)))
        #expect(configuration.pools.map(\.definition.hasHosts) == [false, false, true, true])
    }

    @Test func needsNoFile() {
        let (configuration, findings) = readConfiguration(directory: "/nonexistent/directory")
        #expect(configuration == ServerConfiguration())
        #expect(findings == [])
    }

    @Test func readsTheInterfaceForXDP() throws {
        #expect(try read("server: {xdp: eth0}").server.xdpInterface == "eth0")
        #expect(try read("server: {xdp: off}").server.xdpInterface == nil)
        #expect(try read("server: {}").server.xdpInterface == nil)
    }

    @Test func readsServerSettings() throws {
        let server = try read(
            """
            server:
              listen: "[2001:db8::53]:53"
              admin: off
              workers: 4
              udp_payload_size: 4096
              tcp_idle_timeout: 2min
              tcp_connections: 70000
              tcp_connections_per_client: 7
            """
        ).server
        #expect(server.listen?.map(\.description) == ["[2001:db8::53]:53"])
        #expect(server.admin == nil)
        #expect(server.workers == 4)
        #expect(server.udpPayloadSize == 4_096)
        #expect(server.tcpIdleTimeout == .seconds(120))
        #expect(server.tcpConnections == 70_000 && server.tcpConnectionsPerClient == 7)
    }

    @Test func stateIsWhereTheFileSays() throws {
        let server = try read("server: {state: ../state, state_keep: 7d}").server
        #expect(server.state == .directory("../state"))
        #expect(server.stateKeep == .seconds(7 * 86_400))
        #expect(try read("server: {state: /var/lib/triagedns}").server.state == .directory("/var/lib/triagedns"))
        #expect(try read("server: {state: off}").server.state == .off)
        let systemd = ["STATE_DIRECTORY": "/var/lib/triagedns:/var/lib/other"]
        #expect(try read("").server.state.directory(systemd) == "/var/lib/triagedns")
        #expect(StatePlace.standard.directory([:]) == nil)
        #expect(StatePlace.off.directory(systemd) == nil)
        #expect(StatePlace.directory("/x").directory(systemd) == "/x")
    }

    @Test func readsEveryTypeOfCheck() throws {
        let checks = try read(
            """
            checks:
              a: {type: tcp, port: 25, interval: 500ms, recheck: 100ms, fall: 1, rise: 9, timeout: 1s}
              b: {type: tls, server_name: a.example, verify: strict}
              c: {type: http, method: HEAD, path: /x, host: b.example, expect_status: 204}
              d: {type: dicom, called_aet: "A B", calling_aet: ME, tls: true, timeout: {tcp: 1s, dicom: 9s}}
            pools:
              p: {checks: [a, b, c, d], profile: orthanc, targets: {t: 192.0.2.1}}
            """
        ).pools[0].checks
        #expect(checks.map(\.name) == ["orthanc-https", "orthanc-dicom", "a", "b", "c", "d"])
        #expect(checks[0].port == 443)
        #expect(checks[1].schedule.interval == .seconds(30))
        let second = Duration.seconds(1)
        #expect(
            checks[2]
                == CheckDefinition(
                    name: "a", kind: .tcp, port: 25,
                    schedule: Schedule(
                        interval: .milliseconds(500), recheckInterval: .milliseconds(100), fall: 1, rise: 9),
                    timeouts: Timeouts(all: second)))
        var strict = TLSOptions(serverName: "a.example", verification: .strict)
        strict.minimumDays = 14
        strict.coversNames = true
        #expect(checks[3].kind == .tls(strict))
        #expect(checks[3].port == 443)
        #expect(
            checks[4].kind
                == .http(HTTPOptions(method: "HEAD", path: "/x", host: "b.example", expectedStatus: [204...204])))
        #expect(checks[4].port == 80)
        #expect(checks[5].kind == .dicom(DICOMOptions(calledAETitle: "A B", callingAETitle: "ME"), TLSOptions()))
        #expect(checks[5].timeouts == Timeouts(tcp: second, dicom: .seconds(9)))
    }

    @Test func readsEveryExpectation() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("triagedns-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let secret = directory.appendingPathComponent("secret").path
        #expect(
            FileManager.default.createFile(
                atPath: secret, contents: Data("u:p".utf8), attributes: [.posixPermissions: 0o600]))
        let digest = (0..<32).map { UInt8($0) }
        let hexadecimal = digest.map { String(format: "%02X", $0) }.joined(separator: ":")
        let checks = try read(
            """
            checks:
              a:
                {type: https, role: advisory, slow: 800ms, headers: {Accept: text/plain}, basic_auth_file: \(secret),
                 body_contains: up, body_matches: "^u", body_limit: 100, verify: pin, min_days: 3, cover_name: true,
                 pins: ["\(hexadecimal)", "sha256//\(Data(digest).base64EncodedString())"]}
              b: {type: tls, verify: strict, client_certificate: \(secret), client_key: \(secret)}
              c: {type: exec, command: [/bin/sh, -c, "exit 1"], exit_codes: nagios, timeout: 9s}
              d: {type: exec, port: 22, command: /bin/true}
              e: {type: http, bearer_file: \(secret)}
            pools:
              p: {checks: [a, b, c, d, e], targets: {t: 192.0.2.1}}
            """
        ).pools[0].checks
        #expect(checks[0].role == .advisory && checks[0].slowThreshold == .milliseconds(800))
        guard case .https(let web, let tls) = checks[0].kind else { throw CancellationError() }
        #expect(web.headers == [HTTPOptions.Header(name: "Accept", value: "text/plain")])
        #expect(web.credentials == .basic(file: secret))
        #expect(web.body.text == "up" && web.body.pattern == "^u" && web.body.limit == 100)
        #expect(tls.verification == .pin && tls.pins == [.certificate(digest), .publicKey(digest)])
        #expect(tls.minimumDays == 3 && tls.coversNames)
        let strict = try #require(checks[1].tls)
        #expect(strict.minimumDays == 14 && strict.coversNames)
        #expect(strict.clientCertificateFile == secret && strict.clientKeyFile == secret)
        #expect(
            checks[2].kind == .exec(ProgramOptions(path: "/bin/sh", arguments: ["-c", "exit 1"], exitCodes: .nagios)))
        #expect(checks[2].port == nil && checks[2].timeouts.exec == .seconds(9))
        #expect(checks[3].kind == .exec(ProgramOptions(path: "/bin/true")) && checks[3].port == 22)
        guard case .http(let bearer) = checks[4].kind else { throw CancellationError() }
        #expect(bearer.credentials == .bearer(file: secret))
    }

    @Test func warnsOfAnOpenSecret() throws {
        let secret = FileManager.default.temporaryDirectory.appendingPathComponent("triagedns-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: secret) }
        #expect(
            FileManager.default.createFile(
                atPath: secret, contents: Data("t".utf8), attributes: [.posixPermissions: 0o644]))
        let (configuration, findings) = readConfiguration(
            text: "checks: {a: {type: http, bearer_file: \(secret)}}\npools: {p: {checks: a, targets: {t: 192.0.2.1}}}",
            file: "f.yaml")
        #expect(configuration != nil)
        #expect(
            findings.map(\.description) == [
                "f.yaml:1: warning: bearer_file: everybody on this machine can read \(secret); chmod o= \(secret)"
            ])
    }

    @Test func readsTargetsWithProbesOfTheirOwn() throws {
        let pool = try read(
            """
            checks: {web: {type: https}, echo: {type: dicom}}
            pools:
              p:
                checks: [web, echo]
                targets:
                  a: {address: [192.0.2.1, "2001:db8::1"], probe: {address: [10.0.0.1, "fd00::1"]}}
                  b: {address: 192.0.2.2, checks: [echo], probe: {address: 10.0.0.2}}
                  c: 192.0.2.3
                  d: {address: 192.0.2.4, checks: []}
            """
        ).pools[0]
        let inside = [IPAddress("10.0.0.1"), IPAddress("fd00::1"), IPAddress("10.0.0.2")].compactMap { $0 }
        #expect(pool.targetProbing["a"] == TargetProbing(addresses: [inside[0], inside[1]]))
        #expect(pool.targetProbing["b"] == TargetProbing(checks: [pool.checks[1]], addresses: [inside[2]]))
        #expect(pool.targetProbing["c"] == nil)
        #expect(pool.targetProbing["d"]?.checks == [])
    }

    @Test func readsTheOptionsOfACommandByTheSameRules() {
        let (check, problems) = readCheck(
            type: "http",
            options: [("path", ["/x"]), ("headers", ["A: b: c", "D:e"]), ("expect_status", ["200", "404"])])
        var options = HTTPOptions(path: "/x", expectedStatus: [200...200, 404...404])
        options.headers = [.init(name: "A", value: "b: c"), .init(name: "D", value: "e")]
        #expect(check?.kind == .http(options) && problems == [])
        let (none, errors) = readCheck(type: "tcp", options: [("path", ["x"])])
        #expect(none == nil)
        #expect(
            errors == [
                "path does not apply to type tcp, only to http, https; remove it",
                "the check tcp of type tcp needs a port; write port: 443",
            ])
    }

    @Test func ranksFailoverTargetsByOrderOrTier() throws {
        let pools = try read(
            """
            pools:
              byOrder: {policy: failover, targets: {z: 192.0.2.1, a: 192.0.2.2, m: 192.0.2.3}}
              byTier:
                policy: failover
                targets: {z: {address: 192.0.2.1, tier: 7}, a: {address: 192.0.2.2, tier: 0}}
              hosts: {targets: {a: {host: a.example.}, b: {host: b.example}}}
            """
        ).pools
        #expect(pools[0].definition.targets.map(\.name) == ["z", "a", "m"])
        #expect(pools[0].definition.targets.map(\.tier) == [0, 1, 2])
        #expect(pools[1].definition.targets.map(\.tier) == [7, 0])
        #expect(
            pools[2].definition.targets.map(\.endpoint) == [
                .host(HostEndpoint(try DomainName("a.example"))), .host(HostEndpoint(try DomainName("b.example"))),
            ])
    }

    @Test func hostsAreFlattenedWhereThePoolOrTheTargetSaysSo() throws {
        let configuration = try read(
            """
            server: {resolvers: [10.0.0.2, "127.0.0.1:5353", "2001:db8::53"], keep_addresses: 5min}
            pools:
              p: {flatten: true, targets: {a: {host: a.example, name: a.example.org}, b: 192.0.2.1}}
              q: {targets: {a: {host: a.example, flatten: true}, b: 192.0.2.1}}
              r: {flatten: true, targets: {a: {host: a.example, flatten: false}}}
              s: {targets: {p: {pool: p}, t: 192.0.2.2}}
            """)
        let name = try DomainName("a.example")
        #expect(
            configuration.pools.prefix(3).map { $0.definition.targets[0].endpoint } == [
                .host(HostEndpoint(name, isFlattened: true)), .host(HostEndpoint(name, isFlattened: true)),
                .host(HostEndpoint(name)),
            ])
        #expect(configuration.pools.map(\.definition.hasHosts) == [false, false, true, false])
        #expect(
            configuration.server.resolvers?.servers.map(\.description)
                == ["10.0.0.2", "127.0.0.1:5353", "2001:db8::53"])
        #expect(configuration.server.keepAddresses == .seconds(300))
        #expect(ServerSettings().resolvers == nil && ServerSettings().keepAddresses == .seconds(3600))
    }

    @Test(arguments: [
        "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "::1:53", "[::1]", "[127.0.0.1]:53", "a:53", "",
        "127.0.0.1:+53", "[]:53",
    ]) func refusesEndpoint(_ text: String) { #expect(SocketEndpoint(text) == nil) }

    /// Cuts, doubles and replaces pieces of a valid file: whatever comes out, the reader must return.
    @Test func survivesMutations() {
        var state: UInt64 = 42
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let pieces = Array("{}[]:,-&*!|>'\"%@#\n\t 0~é\u{0}".utf8)
        for _ in 0..<1_500 {
            var octets = Array(Self.example.utf8)
            for _ in 0...next(4) {
                let index = next(octets.count)
                switch next(3) {
                case 0: octets.remove(at: index)
                case 1: octets.insert(pieces[next(pieces.count)], at: index)
                default: octets[index] = pieces[next(pieces.count)]
                }
            }
            let (configuration, findings) = readConfiguration(text: String(decoding: octets, as: UTF8.self), file: "x")
            #expect((configuration == nil) == findings.contains { $0.severity == .error })
        }
    }
}

extension ConfigurationTests {
    /// The example that the package ships.
    @Test func readsTheDemo() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let (configuration, findings) = readConfiguration(directory: root.path + "/zones")
        #expect(findings == [])
        #expect(configuration?.pools.map(\.definition.name) == ["pacs", "dicom", "web"])
        #expect(configuration?.pools.map { $0.definition.policy } == [.roundRobin, .failover, .weighted])
    }

    @Test func answersAndProtection() throws {
        let text = """
            server:
              identity: ns1.hospital.example
              version: "off"
              rate_limit:
                responses_per_second: 50
                window: 5s
                slip: 3
                ipv4_prefix: 32
                ipv6_prefix: 64
                exempt: [10.0.0.0/8, "2001:db8::/32"]
              access: {allow: 10.1.0.0/16, deny: [10.0.0.0/8, 192.0.2.7], denied: drop}
              cookies: "off"
            """
        let (configuration, findings) = readConfiguration(text: text, file: "triagedns.yaml")
        let server = try #require(configuration?.server, "\(findings)")
        #expect(server.version == "")
        #expect(server.cookies == .off)
        let prefix = { (text: String) in try #require(AddressPrefix(text)) }
        #expect(
            server.rateLimit
                == RateLimit(
                    responsesPerSecond: 50, window: 5, slip: 3, prefixLength4: 32, prefixLength6: 64,
                    exempt: [try prefix("10.0.0.0/8"), try prefix("2001:db8::/32")]))
        #expect(server.access.allow == [try prefix("10.1.0.0/16")])
        #expect(server.access.deny == [try prefix("10.0.0.0/8"), try prefix("192.0.2.7/32")])
        #expect(server.access.drops)
        let answers = server.answers(secret: .random(), version: "TriageDNS")
        #expect(answers.identity == Array("ns1.hospital.example".utf8))
        #expect(answers.version.isEmpty && answers.cookieSecrets.isEmpty && answers.tcpKeepalive == 100)
    }

    @Test func protectionByDefault() throws {
        let server = ServerSettings()
        let answers = server.answers(secret: .random(), version: "TriageDNS")
        #expect(answers.cookieSecrets.count == 1 && answers.version == Array("TriageDNS".utf8))
        #expect(answers.rateLimit == nil && answers.identity.isEmpty)
        let (short, _) = readConfiguration(text: "server: {rate_limit: 20}", file: "triagedns.yaml")
        #expect(short?.server.rateLimit == RateLimit(responsesPerSecond: 20))
    }

    /// Names of targets are for private networks, unless the operator says otherwise.
    @Test(arguments: [
        ("", "10.1.2.3", true), ("", "192.0.2.1", false), ("", "172.31.0.1", true), ("", "172.32.0.1", false),
        ("", "fd00::1", true), ("", "2001:db8::1", false), ("", "127.0.0.1", true), ("", "::1", true),
        ("private", "10.1.2.3", true), ("on", "192.0.2.1", true), ("on", "2001:db8::1", true),
        ("off", "127.0.0.1", false), ("192.0.2.0/24", "192.0.2.1", true), ("[192.0.2.0/24, \"::1\"]", "::1", true),
        ("[192.0.2.0/24]", "10.1.2.3", false),
    ])
    func whoIsToldWhatIsWrong(value: String, client: String, isTold: Bool) throws {
        let text = value.isEmpty ? "server: {}" : "server: {explain_in_answers: \(value)}"
        let (configuration, findings) = readConfiguration(text: text, file: "triagedns.yaml")
        let server = try #require(configuration?.server, "\(findings)")
        let answers = server.answers(secret: .random(), version: "")
        let image = ServingImage(zones: [], poolCount: 0, settings: answers)
        #expect(image.explains(to: try #require(IPAddress(client))) == isTold)
    }

    /// Secrets are in a file beside the configuration, so that several servers can share it.
    @Test func cookieSecrets() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("triagedns-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let first = "e5e973e5a6b2a43f48e7dc849e37bfcf"
        let second = "445536BCD2513298075a5d379663c962"
        let file = directory.appendingPathComponent("cookies.secret")
        let read = { () -> (CookieSettings?, [String]) in
            let (configuration, findings) = readConfiguration(
                text: "server:\n  cookies: {secret_file: cookies.secret}", file: directory.path + "/triagedns.yaml")
            return (configuration?.server.cookies, findings.map { "\($0)".replacing(directory.path + "/", with: "") })
        }
        #expect(
            read().1 == [
                "triagedns.yaml:2: error: secret_file: cannot read cookies.secret; write 32 hexadecimal digits into "
                    + "it, such as `openssl rand -hex 16` prints"
            ])
        try Data("# the first makes new ones\n\(first)\n\n \(second) \n".utf8).write(to: file)
        let octets = { (text: String) in
            stride(from: 0, to: 32, by: 2).compactMap {
                UInt8(text.dropFirst($0).prefix(2), radix: 16)
            }
        }
        let secrets = [try #require(CookieSecret(octets(first))), try #require(CookieSecret(octets(second)))]
        #expect(read().0 == .secrets(secrets))
        try Data("\(first)\n\(second.dropLast())\n".utf8).write(to: file)
        #expect(
            read().1 == [
                "cookies.secret:2: error: a cookie secret is 32 hexadecimal digits; make one with `openssl rand -hex 16`"
            ])
        try Data("# none\n".utf8).write(to: file)
        #expect(
            read().1 == [
                "cookies.secret: error: there are 0 cookie secrets, and there must be 1 to 8; the first makes new cookies"
            ])
    }
}
