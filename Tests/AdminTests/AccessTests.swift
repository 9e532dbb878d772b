import Foundation
import HTTPTypes
import Logging
import Testing

@testable import Admin
@testable import DNSCore

/// Who may do what, decided by peer, headers and tokens alone.
@Suite struct AccessTests {
    private static let reading = "r-0123456789abcdef0123456789abcdef"
    private static let operating = "o-0123456789abcdef0123456789abcdef"
    private static let here: IPAddress = .v4(0x7f00_0001)
    private static let elsewhere: IPAddress = .v4(0xc000_0207)

    private let file: TemporaryFile
    private let access: Access

    init() throws {
        file = try TemporaryFile("# ours\ngrafana read \(Self.reading)\nanna operate \(Self.operating)\n")
        access = Access(
            TokenStore([file.path], logger: Logger(label: "test")), hosts: ["dns.hospital.example"], isSecure: false)
    }

    private func caller(
        _ peer: IPAddress, host: String? = "127.0.0.1:8053", _ headers: HTTPFields = [:], session: String? = nil,
        writes: Bool = false
    ) -> String {
        do throws(Access.Refusal) {
            let caller = try access.caller(peer: peer, host: host, headers: headers, session: session, writes: writes)
            return "\(caller.name) \(caller.role)"
        } catch {
            switch error {
            case .unknown: return "unknown"
            case .forbidden: return "forbidden"
            case .misdirected: return "misdirected"
            }
        }
    }

    private func bearer(_ token: String) -> HTTPFields { [.authorization: "Bearer \(token)"] }

    @Test func thisMachineReadsWithoutToken() {
        #expect(caller(Self.here) == "local read")
        #expect(caller(.v6(0, 1), host: "[::1]:8053") == "local read")
        #expect(caller(Self.here, host: "localhost:8053") == "local read")
        #expect(caller(Self.elsewhere) == "unknown")
    }

    @Test func changesNeedATokenEvenHere() {
        #expect(caller(Self.here, writes: true) == "unknown")
        #expect(caller(Self.here, bearer(Self.operating), writes: true) == "anna operate")
        #expect(caller(Self.here, bearer(Self.reading), writes: true) == "forbidden")
    }

    @Test func tokensCountFromEverywhere() {
        #expect(caller(Self.elsewhere, host: "whatever.example", bearer(Self.reading)) == "grafana read")
        #expect(caller(Self.elsewhere, host: nil, bearer(Self.operating), writes: true) == "anna operate")
        #expect(caller(Self.elsewhere, bearer(Self.operating + "x")) == "unknown")
        #expect(caller(Self.here, bearer("wrong")) == "unknown")
        #expect(caller(Self.here, [.authorization: "Basic \(Self.operating)"]) == "unknown")
    }

    /// DNS rebinding: a foreign name that has come to mean this machine.
    @Test func foreignNamesAreNotOurs() {
        for host in ["evil.example", "evil.example:8053", "127.0.0.1.evil.example", "[evil]", "", "localhost.evil.example"] {
            #expect(caller(Self.here, host: host) == "misdirected", "\(host)")
        }
        #expect(caller(Self.here, host: nil) == "misdirected")
        #expect(caller(Self.here, host: "DNS.hospital.example:8053") == "local read")
    }

    @Test func aProxyLendsItsAddressToNobody() throws {
        for name in ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"] {
            let field = try #require(HTTPField.Name(name))
            #expect(caller(Self.here, [field: "192.0.2.7"]) == "unknown", "\(name)")
        }
    }

    @Test func sessionsEndWithTheirTokens() throws {
        let token = try #require(access.tokens.find(Self.operating))
        let session = access.sessions.begin(token)
        #expect(caller(Self.elsewhere, session: session, writes: true) == "anna operate")
        #expect(caller(Self.elsewhere, session: session + "x", writes: true) == "unknown")
        // Another store, as if the file had changed.
        let without = try TemporaryFile("grafana read \(Self.reading)\n")
        let later = TokenStore([without.path], logger: Logger(label: "test"))
        #expect(!later.holds(token))
        access.sessions.end(session)
        #expect(caller(Self.elsewhere, session: session) == "unknown")
    }

    @Test func otherSitesCannotUseASession() throws {
        let session = access.sessions.begin(try #require(access.tokens.find(Self.operating)))
        let site = try #require(HTTPField.Name("Sec-Fetch-Site"))
        #expect(caller(Self.here, [site: "cross-site"], session: session, writes: true) == "forbidden")
        #expect(caller(Self.here, [site: "same-site"], session: session, writes: true) == "forbidden")
        #expect(caller(Self.here, [.origin: "http://evil.example"], session: session, writes: true) == "forbidden")
        #expect(caller(Self.here, [.origin: "null"], session: session, writes: true) == "forbidden")
        #expect(
            caller(Self.here, [site: "same-origin", .origin: "http://127.0.0.1:8053"], session: session, writes: true)
                == "anna operate")
        #expect(caller(Self.here, [site: "cross-site"]) == "forbidden")
    }

    @Test func tokenFilesSayWhatIsWrongWithoutQuotingTokens() {
        let secret = "0123456789abcdef0123456789"
        func problems(_ text: String) -> [TokenFile.Problem] { TokenFile.parse(text).problems }
        #expect(problems("anna operate \(secret)\n") == [])
        #expect(problems("\n# nothing\n").map(\.line) == [0])
        #expect(problems("anna \(secret)\n").map(\.line) == [1])
        #expect(problems("anna root \(secret)").map(\.line) == [1])
        #expect(problems("anna read \(secret)\nanna operate \(secret)x").map(\.line) == [2])
        #expect(problems("anna read short").map(\.line) == [1])
        for text in ["anna \(secret)", "anna root \(secret)", "anna read \(secret) more"] {
            #expect(!problems(text).contains { $0.message.contains(secret) })
        }
    }
}

/// A file that goes with its owner.
final class TemporaryFile {
    let path: String

    init(_ text: String) throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("triagedns-\(UUID().uuidString)").path
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
