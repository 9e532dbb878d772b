// Resolves host names by asking name servers that resolve for others (RFC 1034 §5.3.1). Keeps nothing: who asks knows when
// to ask again.

public import DNSCore
public import NIOCore

/// Asks /etc/hosts first, then the name servers one after the other.
public final class StubResolver: Sendable {
    /// How long what /etc/hosts says holds, in seconds.
    static let hostsFileTimeToLive: UInt32 = 30
    /// Questions for the end of a chain of CNAMEs that a name server does not follow by itself.
    private static let mostHops = 8

    private let configured: ResolverSettings?
    private let system: WatchedFile<ResolverSettings>
    private let hosts: WatchedFile<HostsFile>

    /// - Parameter settings: nil for those of the system, which are read again when they change.
    public convenience init(_ settings: ResolverSettings? = nil) {
        self.init(settings, resolverFile: "/etc/resolv.conf", hostsFile: "/etc/hosts")
    }

    init(_ settings: ResolverSettings?, resolverFile: String, hostsFile: String) {
        configured = settings
        system = WatchedFile(resolverFile) { ResolverSettings(resolverFile: $0) }
        hosts = WatchedFile(hostsFile) { HostsFile($0) }
    }

    /// Looks up the addresses of both families. Ends within the time that the settings give the servers; at once if the
    /// task is cancelled.
    public func lookUp(_ name: DomainName, on loop: any EventLoop) async -> HostLookup {
        let written = hosts.content[name].filter { $0.reasonAgainstUse == nil }
        if !written.isEmpty {
            return HostLookup(written, timeToLive: Self.hostsFileTimeToLive, source: "/etc/hosts")
        }
        if Self.isLoopbackName(name) {
            return HostLookup([.v4(0x7f00_0001), .v6(0, 1)], timeToLive: Self.hostsFileTimeToLive, source: "RFC 6761")
        }
        let settings = configured ?? system.content
        async let v4 = look(up: name, .a, settings, on: loop)
        async let v6 = look(up: name, .aaaa, settings, on: loop)
        let (first, second) = await (v4, v6)
        return HostLookup(v4: first.part, v6: second.part, source: first.source ?? second.source ?? "")
    }

    /// `localhost`, and what lies below it, is this machine, whatever name servers say (RFC 6761 §6.3).
    private static func isLoopbackName(_ name: DomainName) -> Bool {
        name.isAtOrBelow(DomainName(trusted: [9] + Array("localhost".utf8) + [0]))
    }

    /// Follows the name to addresses of one family.
    private func look(
        up name: DomainName, _ type: RecordType, _ settings: ResolverSettings, on loop: any EventLoop
    ) async -> (part: HostLookup.Part, source: String?) {
        var next = name
        var limit = UInt32.max
        for _ in 0..<Self.mostHops {
            let response: LookupResponse
            let source: String
            do throws(NoAnswer) {
                (response, source) = try await ask(next, type, settings, on: loop)
            } catch {
                return (.failed(error.text), nil)
            }
            switch response {
            case .addresses(let all, let timeToLive):
                let addresses = all.filter { $0.reasonAgainstUse == nil }
                let timeToLive = min(limit, timeToLive)
                return (
                    addresses.isEmpty ? .none(timeToLive: timeToLive) : .addresses(addresses, timeToLive: timeToLive),
                    source
                )
            case .noAddress(let timeToLive): return (.none(timeToLive: min(limit, timeToLive)), source)
            case .alias(let name, let timeToLive):
                next = name
                limit = min(limit, timeToLive)
            case .noName: return (.failed("NXDOMAIN from \(source)" + (next == name ? "" : " for \(next)")), source)
            case .failure, .referral, .truncated: preconditionFailure("no answers to be kept")
            }
        }
        return (.failed("a chain of more than \(Self.mostHops) CNAMEs"), nil)
    }

    /// Asks one server after the other until one has an answer.
    private func ask(
        _ name: DomainName, _ type: RecordType, _ settings: ResolverSettings, on loop: any EventLoop
    ) async throws(NoAnswer) -> (LookupResponse, source: String) {
        var problems: [String] = []
        for _ in 0..<settings.attempts {
            problems = []
            for server in settings.servers {
                guard !Task.isCancelled else { throw NoAnswer(text: "the lookup was cancelled") }
                do throws(NoAnswer) {
                    return (try await ask(server, name, type, within: settings.timeout, on: loop), "\(server)")
                } catch {
                    problems.append(error.text)
                }
            }
        }
        throw NoAnswer(text: problems.joined(separator: ", "))
    }

    /// Asks one server, over TCP if there is more than a datagram takes.
    /// - Returns: an answer, and not an error.
    private func ask(
        _ server: ResolverSettings.Server, _ name: DomainName, _ type: RecordType, within limit: Duration,
        on loop: any EventLoop
    ) async throws(NoAnswer) -> LookupResponse {
        let query = LookupQuery(name, type, id: .random(in: 0...UInt16.max))
        do {
            var response = try await NameServerExchange(query, to: server, on: loop).response(within: limit)
            if response == .truncated {
                response = try await NameServerExchange(query, to: server, on: loop)
                    .response(within: limit, usesTCP: true)
            }
            switch response {
            case .addresses, .alias, .noAddress, .noName: return response
            case .failure(let code): throw NoAnswer(text: "\(code.text) from \(server)")
            case .referral: throw NoAnswer(text: "\(server) does not resolve names of others")
            case .truncated: throw NoAnswer(text: "a truncated answer from \(server) over TCP")
            }
        } catch let problem as NoAnswer {
            throw problem
        } catch {
            throw NoAnswer(text: "the lookup was cancelled")
        }
    }
}
