// Probing a target that is given by name: its addresses are looked up each time, as they may change.

public import Checks
public import DNSCore
internal import NIOCore

extension Prober {
    /// Probes the addresses of `host`, one after the other, until one does not fail; the last failure if all do.
    public func probe(_ check: CheckDefinition, host: DomainName) async throws(ProbeNotRun) -> Verdict {
        let start = ContinuousClock.now
        let name = host.hostText
        let addresses: [IPAddress]
        do throws(ResolutionError) {
            addresses = try await resolver.addresses(of: name, within: check.timeouts.tcp, on: group.next())
        } catch {
            switch error {
            case .notRun(let problem): throw problem
            case .noAddress(let text):
                return Verdict(
                    outcome: .failed(.resolve, text), layers: [], latency: ContinuousClock.now - start, sign: .silence)
            }
        }
        let resolved = LayerTiming(layer: .resolve, duration: ContinuousClock.now - start)
        var last = Verdict(outcome: .failed(.resolve, "\(name) has no address"), layers: [], latency: .zero)
        for address in addresses {
            last = try await probe(check, address: address, hostName: name)
            last.layers.insert(resolved, at: 0)
            last.latency = ContinuousClock.now - start
            if !last.outcome.isFailure || Task.isCancelled { break }
            if addresses.count > 1, case .failed(let layer, let text) = last.outcome {
                last.outcome = .failed(layer, "\(address): \(text)")
            }
        }
        return last
    }
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
