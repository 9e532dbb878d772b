// When a name is looked up again, and what is kept of it, with a clock of our own.

import DNSCore
import Resolving
import Testing

@testable import HealthChecks

@Suite struct HostStateTests {
    private let start = Instant.now
    private let a = IPAddress.v4(0xc000_0201), b = IPAddress.v4(0xc000_0202), six = IPAddress.v6(0x2001_0db8 << 32, 1)

    private func time(_ seconds: Double) -> Instant { start + .seconds(seconds) }

    private func found(_ addresses: [IPAddress], _ timeToLive: UInt32 = 60) -> HostLookup {
        HostLookup(addresses, timeToLive: timeToLive, source: "10.0.0.2")
    }

    private func failure(_ text: String) -> HostLookup {
        HostLookup(v4: .failed(text), v6: .failed(text), source: "")
    }

    /// A state, and chance that is the same each time.
    private struct Trial {
        var host = HostState()
        var generator = SeededGenerator(seed: 7)
        var keep = Duration.seconds(3600)

        mutating func record(_ lookup: HostLookup, _ now: Instant) -> HostState.Change {
            host.record(lookup, keep: keep, at: now, using: &generator)
        }
    }

    @Test(arguments: [(60, 60), (0, 5), (1, 5), (5, 5), (3600, 3600), (86_400, 3600)])
    func looksAgainWhenTheTimeToLiveIsOver(timeToLive: UInt32, refresh: Double) throws {
        var trial = Trial()
        for _ in 0..<200 {
            #expect(trial.record(found([a], timeToLive), time(0)) == .nothing)
            let next = try #require(trial.host.next)
            // Not before it is over, and not all at once.
            #expect(next >= time(refresh) && next <= time(refresh + min(refresh / 20, 10)))
        }
        #expect(trial.host.timeToLive == max(timeToLive, 5))
        #expect(trial.host.addresses == [a] && !trial.host.isFailing && trial.host.source == "10.0.0.2")
    }

    @Test func theOrderOfAnAnswerSaysNothing() {
        var trial = Trial()
        _ = trial.record(found([b, a, six]), time(0))
        #expect(trial.host.addresses == [a, b, six])
        _ = trial.record(found([a, b]), time(60))
        #expect(trial.host.addresses == [a, b])
        _ = trial.record(found((1...20).map { .v4($0) }), time(120))
        #expect(trial.host.addresses.count == 8)
    }

    @Test func lastAddressesAreKeptForABoundedTime() throws {
        var trial = Trial()
        _ = trial.record(found([a, six], 600), time(0))
        #expect(trial.record(failure("SERVFAIL from 10.0.0.2"), time(600)) == .failing)
        #expect(trial.host.addresses == [a, six] && trial.host.problem == "SERVFAIL from 10.0.0.2")
        #expect(trial.host.keptUntil == time(4200) && trial.host.timeToLive == 30)
        // More and more patiently.
        var delays: [Double] = []
        var now = try #require(trial.host.next)
        while now < time(4200) {
            #expect(trial.host.addresses == [a, six])
            #expect(trial.record(failure("no answer from 10.0.0.2 within 2 s"), now) == .nothing)
            let next = try #require(trial.host.next)
            delays.append((next - now) / .seconds(1))
            now = next
        }
        #expect(delays[0] >= 10 && delays[0] <= 11 && delays[1] >= 20 && delays[1] <= 22)
        #expect(delays.allSatisfy { $0 <= 66 })
        // Not a moment later.
        #expect(now == time(4200))
        _ = trial.record(failure("NXDOMAIN from 10.0.0.2"), now)
        #expect(trial.host.addresses == [] && trial.host.keptUntil == nil)
        #expect(trial.record(found([b]), time(5000)) == .recovered)
        #expect(trial.host.addresses == [b] && trial.host.problem == nil && trial.host.timeToLive == 60)
    }

    @Test func aNameWithoutAnyAddressHasFailed() {
        var trial = Trial()
        #expect(trial.record(found([]), time(0)) == .failing)
        #expect(trial.host.problem == "no address, says 10.0.0.2" && trial.host.addresses == [])
        #expect(trial.host.keptUntil == nil)
        _ = trial.record(found([a]), time(5))
        // A record that is deleted: what is kept still has its checks.
        #expect(trial.record(found([]), time(65)) == .failing)
        #expect(trial.host.addresses == [a])
    }

    @Test func oneFamilyMayFail() {
        var trial = Trial()
        let broken = HostLookup(
            v4: .addresses([a], timeToLive: 60), v6: .failed("SERVFAIL from 10.0.0.2"), source: "10.0.0.2")
        // It never had any: what some name servers say of a family that a name does not have.
        #expect(trial.record(broken, time(0)) == .nothing)
        #expect(trial.host.problem == "AAAA: SERVFAIL from 10.0.0.2" && !trial.host.isFailing)
        #expect(trial.record(found([a, six]), time(60)) == .nothing)
        #expect(trial.record(broken, time(120)) == .failing)
        #expect(trial.host.addresses == [a, six])
        // That it has none any more is an answer.
        #expect(trial.record(found([a]), time(130)) == .recovered)
        #expect(trial.host.addresses == [a])
    }

    @Test func whatTheConfigurationSaysIsNotLookedUp() {
        var host = HostState()
        #expect(host.record(known: found([a]), at: time(0)) == .nothing)
        #expect(host.addresses == [a] && host.next == nil)
        #expect(host.record(known: found([]), at: time(1)) == .failing)
        #expect(host.addresses == [])
    }

    /// Whatever name servers say: looked up again within an hour, never more often than every 5 s unless addresses end, and
    /// no address outlives its time.
    @Test(arguments: 0..<40) func holdsForAnySequence(seed: UInt64) throws {
        var trial = Trial()
        trial.keep = .seconds(100)
        var chance = SeededGenerator(seed: seed)
        var now = start
        var confirmed: [IPAddress: Instant] = [:]
        for _ in 0..<300 {
            let lookup: HostLookup =
                switch Int.random(in: 0..<5, using: &chance) {
                case 0: failure("x")
                case 1: found([])
                case 2: found([a], .random(in: 0...10_000, using: &chance))
                case 3: found([a, b, six].filter { _ in Bool.random(using: &chance) }, 7)
                default: HostLookup(v4: .failed("y"), v6: .addresses([six], timeToLive: 9), source: "s")
                }
            _ = trial.record(lookup, now)
            for case .addresses(let addresses, _) in [lookup.v4, lookup.v6] {
                for address in addresses { confirmed[address] = now }
            }
            for address in trial.host.addresses {
                let age = now - (try #require(confirmed[address]))
                #expect(age <= .seconds(3700))
            }
            if let kept = trial.host.keptUntil { #expect(kept > now && kept <= now + .seconds(100)) }
            #expect(trial.host.timeToLive >= 5)
            let next = try #require(trial.host.next)
            #expect(next > now && next <= now + .seconds(3610))
            #expect(next >= now + .seconds(5) || next == trial.host.keptUntil)
            now = next
        }
    }
}
