// resolv.conf(5) and hosts(5).

import DNSCore
import Foundation
import Testing

@testable import Resolving

@Suite struct SystemFileTests {
    @Test func readsTheSystemsNameServers() throws {
        let settings = ResolverSettings(
            resolverFile: """
                # made by somebody
                search example.org
                nameserver 10.0.0.2
                nameserver  fe80::1%eth0
                nameserver 2001:db8::53 \t
                nameserver 10.0.0.3
                nameserver 10.0.0.4
                options ndots:5 timeout:1 attempts:9 rotate
                """)
        #expect(settings.servers.map(\.description) == ["10.0.0.2", "2001:db8::53", "10.0.0.3"])
        #expect(settings.timeout == .seconds(1))
        #expect(settings.attempts == 5)
        #expect(ResolverSettings(resolverFile: "").servers.map(\.description) == ["127.0.0.1"])
        #expect(ResolverSettings(resolverFile: "options timeout:0\n").timeout == .seconds(1))
    }

    @Test func readsHosts() throws {
        let hosts = HostsFile(
            """
            127.0.0.1 localhost
            ::1  localhost ip6-localhost
            192.0.2.11\torthanc-a Orthanc-A.example.org  # 192.0.2.12 commented
            192.0.2.11 orthanc-a
            nonsense orthanc-b
            """)
        #expect(hosts[try DomainName("LOCALHOST")].map(\.description) == ["127.0.0.1", "::1"])
        #expect(hosts[try DomainName("orthanc-a.example.org")].map(\.description) == ["192.0.2.11"])
        #expect(hosts[try DomainName("orthanc-a")].map(\.description) == ["192.0.2.11"])
        #expect(hosts[try DomainName("orthanc-b")] == [])
    }

    @Test func aFileIsReadAgainWhenItHasChanged() throws {
        let path = FileManager.default.temporaryDirectory.path + "/triagedns-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = WatchedFile(path) { $0 }
        #expect(file.content == "")
        try Data("one".utf8).write(to: URL(fileURLWithPath: path))
        #expect(file.content == "one")
        try Data("three".utf8).write(to: URL(fileURLWithPath: path))
        #expect(file.content == "three")
    }
}
