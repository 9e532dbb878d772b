// A probe's slot comes back, whatever becomes of the probe.

import Checks
import DNSCore
import NIOCore
import NIOPosix
import Testing

@testable import HealthChecks

@Suite(.timeLimit(.minutes(2))) struct ProbeLeaseTests {
    private let short = Timeouts(
        tcp: .milliseconds(300), tls: .milliseconds(300), http: .milliseconds(300), dicom: .milliseconds(300))

    /// Probes once with the only slot there is.
    private func probe(
        _ kind: CheckDefinition.Kind, port: UInt16, at address: IPAddress = loopback, timeouts: Timeouts? = nil
    ) async throws -> (verdict: Verdict, slots: ProbeSlots) {
        let slots = ProbeSlots(1)
        #expect(await slots.acquire())
        let prober = Prober(group: testGroup).on(testGroup.next(), holding: ProbeLease(of: slots))
        let check = CheckDefinition(name: "check", kind: kind, port: port, timeouts: timeouts ?? short)
        return (try await prober.probe(check, address: address), slots)
    }

    @Test func whateverTheVerdictTheSlotComesBack() async throws {
        let (refused, slots) = try await probe(.tcp, port: 9, at: nowhere)
        #expect(refused.outcome.isFailure)
        #expect(await slots.acquire())
        for behaviour in [Behaviour.silent, .closesAtOnce, .answers([[0x48]])] {
            for kind in [
                CheckDefinition.Kind.tcp, .tls(TLSOptions()), .http(HTTPOptions()), .dicom(DICOMOptions(), nil),
            ] {
                try await withServer(behaviour) { port in
                    let (_, slots) = try await probe(kind, port: port)
                    #expect(await slots.acquire())
                }
            }
        }
    }

    @Test func aPeerThatDoesNotAnswerTheReleaseKeepsNoSlot() async throws {
        try await withServer(.answers([Vector.accept, Vector.echoResponse])) { port in
            let (verdict, slots) = try await probe(
                .dicom(DICOMOptions(), nil), port: port, timeouts: Timeouts(all: .seconds(20)))
            #expect(verdict.outcome == .passed)
            #expect(await slots.acquire())
        }
    }

    @Test func aCancelledProbeGivesItsSlotBack() async throws {
        try await withServer(.silent) { port in
            let slots = ProbeSlots(1)
            #expect(await slots.acquire())
            let check = CheckDefinition(name: "check", kind: .http(HTTPOptions()), port: port)
            let task = Task { [lease = ProbeLease(of: slots)] in
                try await Prober(group: testGroup).on(testGroup.next(), holding: lease)
                    .probe(check, address: loopback)
            }
            task.cancel()
            _ = try await task.value
            #expect(await slots.acquire())
        }
    }
}
