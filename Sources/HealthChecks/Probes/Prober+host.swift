// Probing a host by name, by hand: the system's name servers are asked for its addresses.

public import Checks
public import DNSCore
internal import NIOCore
internal import Resolving

extension Prober {
    /// Probes the addresses of `host`, one after the other, until one does not fail; the last failure if all do.
    public func probe(_ check: CheckDefinition, host: DomainName) async throws(ProbeNotRun) -> Verdict {
        let start = ContinuousClock.now
        let name = host.hostText
        var state = HostState()
        _ = state.record(known: await resolver.lookUp(host, on: group.next()), at: start)
        let time = ContinuousClock.now - start
        var last = Verdict.unresolved(host, state.problem, latency: time)
        let resolved = LayerTiming(
            layer: .resolve, duration: time, detail: state.source.map { "\(state.addresses.text), says \($0)" })
        for address in state.addresses {
            last = try await probe(check, address: address, hostName: name)
            last.layers.insert(resolved, at: 0)
            last.latency = ContinuousClock.now - start
            if !last.outcome.isFailure || Task.isCancelled { break }
            if state.addresses.count > 1, case .failed(let layer, let text) = last.outcome {
                last.outcome = .failed(layer, "\(address): \(text)")
            }
        }
        return last
    }
}

extension Verdict {
    /// What is to be said of a name without an address.
    static func unresolved(_ host: DomainName, _ problem: String?, latency: Duration = .zero) -> Verdict {
        let reason = problem.map { ": \($0)" } ?? ""
        return Verdict(
            outcome: .failed(.resolve, "\(host.hostText) has no address\(reason)"), layers: [], latency: latency,
            sign: .silence)
    }
}

extension [IPAddress] {
    var text: String { map(\.description).joined(separator: ", ") }
}

extension DomainName {
    /// As resolvers and TLS take it: without the dot at its end.
    package var hostText: String {
        let text = description
        return text.count > 1 && text.hasSuffix(".") ? String(text.dropLast()) : text
    }
}

extension String {
    var isIPAddress: Bool { IPAddress(self) != nil }
}

/// The text of an address given as the octets of a certificate.
func addressText(_ octets: some Collection<UInt8>) -> String {
    func number(_ octets: some Sequence<UInt8>) -> UInt64 { octets.reduce(0) { $0 << 8 | UInt64($1) } }
    switch octets.count {
    case 4: return "\(IPAddress.v4(UInt32(truncatingIfNeeded: number(octets))))"
    case 16: return "\(IPAddress.v6(number(octets.prefix(8)), number(octets.dropFirst(8))))"
    default: return "?"
    }
}
