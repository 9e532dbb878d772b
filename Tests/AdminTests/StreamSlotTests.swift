import Testing

@testable import Admin

/// How many streams may be open, and when a place is free again.
@Suite struct StreamSlotTests {
    @Test func aPlaceIsFreeWhenNobodyHoldsItAnyMore() throws {
        let slots = StreamSlots()
        var held = try (0..<StreamSlots.most).map { _ in try slots.take() }
        let problem = #expect(throws: Problem.self) { try slots.take() }
        #expect(problem?.status == 503)
        #expect(problem?.code == "too_many_streams")
        held.removeLast()
        held.append(try slots.take())
        #expect(throws: Problem.self) { try slots.take() }
    }
}

@Suite struct ProcessFigureTests {
    @Test func theKernelKnowsThisProcess() throws {
        let figures = ProcessFigures.current()
        #expect(try #require(figures.proportionalSize) <= #require(figures.residentSize))
        #expect(try #require(figures.residentSize) > 1 << 20)
        #expect(try #require(figures.threads) >= 1)
        #expect(try #require(figures.descriptors) >= 3)
        #expect(try #require(figures.cpuSeconds) > 0)
        #expect(try #require(figures.mostDescriptors) > 3)
    }
}
