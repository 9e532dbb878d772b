// What workers write for each query does not share cache lines.

import Testing

@testable import Listeners

@Suite struct CacheLinesTests {
    @Test func countersOfTwoWorkersAreOnDifferentLines() {
        let counters = (0..<64).map { _ in QueryCounters() }
        let lines = counters.map { Set($0.addresses.map { $0 / UInt(CacheLines.alignment) }) }
        #expect(lines.allSatisfy { !$0.isEmpty })
        #expect(lines.reduce(into: Set()) { $0.formUnion($1) }.count == lines.reduce(0) { $0 + $1.count })
    }

    /// Even where the allocator packs closely, the rest of the last line belongs to nobody else.
    @Test(arguments: [1, 7, 128, 200]) func allocationsFillTheirLines(_ count: Int) {
        let memory = unsafe (0..<64).map { _ in unsafe CacheLines.allocate(UInt8.self, count: count) }
        let starts = unsafe memory.map { UInt(bitPattern: $0) }.sorted()
        #expect(starts.allSatisfy { $0 % UInt(CacheLines.alignment) == 0 })
        let octets = UInt((count + CacheLines.alignment - 1) / CacheLines.alignment * CacheLines.alignment)
        #expect(zip(starts, starts.dropFirst()).allSatisfy { $1 - $0 >= octets })
        unsafe memory.forEach { unsafe $0.deallocate() }
    }
}
