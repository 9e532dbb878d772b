// What was known of pools, over restarts.

import DNSCore
import Foundation
import Testing

@testable import HealthChecks
@testable import StateStore

@Suite struct MomentTests {
    private let scratch = Scratch()

    private func moment(_ second: Int64, pool: String = "p", state: HealthState = .up) -> PoolMoment {
        let time = Timestamp(milliseconds: 1_800_000_000_000 + second * 1000)
        let member = PoolMoment.Member(
            target: "a", address: "192.0.2.1", state: state, since: time, reason: "all checks pass", faults: [],
            isChanging: false, isUncertain: false, wasInService: true, share: 10, override: .drained, weight: 3,
            orders: ["drained: upgrade (anna)"])
        return PoolMoment(
            time: time, run: Timestamp(milliseconds: 5), pool: pool, configuration: "c", members: [member])
    }

    private func time(_ second: Int64) -> Timestamp { moment(second).time }

    private func save(_ moments: [PoolMoment], _ file: StateFile) async throws {
        try await file.write { try $0.save(moments) }
    }

    @Test func theLastOneAtATime() async throws {
        let first = StateStore(directory: scratch.path, logger: quiet)
        try await save([moment(10), moment(20, state: .down), moment(15, pool: "q")], #require(first.file))
        first.close()
        let store = StateStore(directory: scratch.path, logger: quiet)
        #expect(store.last(of: "p", at: time(9)) == nil)
        #expect(store.last(of: "p", at: time(10)) == moment(10))
        #expect(store.last(of: "p", at: time(19)) == moment(10))
        #expect(store.last(of: "p", at: time(1000)) == moment(20, state: .down))
        #expect(store.last(of: "q", at: time(1000)) == moment(15, pool: "q"))
        #expect(store.last(of: "r", at: time(1000)) == nil)
        store.close()
    }

    @Test func whatWaitsIsBounded() throws {
        let store = StateStore(directory: scratch.path, logger: quiet)
        for _ in 0..<3 { store.append((0..<4000).map { moment($0) }) }
        #expect(store.waitingMoments == 10_000)
        store.close()
    }

    @Test func whatWasAtTheBeginningStays() async throws {
        let file = try scratch.open()
        try await save((0..<10).map { moment($0 * 10) } + [moment(5, pool: "q")], file)
        let date = Date(timeIntervalSince1970: 1_800_000_045)
        while try await file.prune(Retention(time: date, events: 100, octets: .max)) {}
        #expect(try file.lastMoment(of: "p", at: time(39)) == nil)
        #expect(try file.lastMoment(of: "p", at: time(45)) == moment(40))
        #expect(try file.lastMoment(of: "q", at: time(45)) == moment(5, pool: "q"))
        file.close()
    }
}
