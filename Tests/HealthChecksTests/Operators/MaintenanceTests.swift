// Windows of maintenance under a clock of the test's own.

import Checks
import DNSCore
import Testing

@testable import HealthChecks

@Suite struct MaintenanceTests {
    private func window(_ from: Double, _ until: Double) -> OperatorOrder.Action {
        .maintenance(from: OrderWorld.time(from), until: OrderWorld.time(until))
    }

    @Test func aWindowBeginsAndEndsByItself() throws {
        var world = OrderWorld()
        try world.order(window(100, 200), reason: "disk")
        #expect(world.answered == ["t1", "t2"])
        world.wait(99.999)
        #expect(world.answered == ["t1", "t2"])
        world.wait(0.001)
        #expect(world.answered == ["t2"])
        world.wait(99.999)
        #expect(world.answered == ["t2"])
        world.wait(0.001)
        #expect(world.answered == ["t1", "t2"])
        #expect(
            world.events.map(\.text) == [
                "p t1: maintenance window 1 from 2027-01-15T08:01:40Z until 2027-01-15T08:03:20Z: disk",
                "p t1: none -> maintenance (maintenance window 1 until 2027-01-15T08:03:20Z: disk); "
                    + "answers 192.0.2.1 (weight 100), 192.0.2.2 (weight 100) -> 192.0.2.2 (weight 100)",
                "p t1: maintenance -> none (maintenance window 1 is over); "
                    + "answers 192.0.2.2 (weight 100) -> 192.0.2.1 (weight 100), 192.0.2.2 (weight 100)",
            ])
        #expect(world.saved.map(\.maintenance.count) == [1, 1, 0])
    }

    /// The target is out from the first beginning to the last end, and stays drained if it was.
    @Test func windowsThatOverlap() throws {
        var world = OrderWorld()
        try world.order(window(10, 30))
        try world.order(window(20, 40))
        try world.order(window(25, 28))
        var outage: [Double] = []
        for second in 0..<50 {
            if world.answered == ["t2"] { outage.append(Double(second)) }
            world.wait(1)
        }
        #expect(outage == (10..<40).map(Double.init))
        try world.order(.drain)
        try world.order(window(60, 70))
        world.wait(40)
        #expect(world.answered == ["t2"])
        #expect(world.orders().maintenance.isEmpty)
        #expect(world.orders().state?.override == .drained)
    }

    @Test func aWindowIsCalledOffOrEnded() throws {
        var world = OrderWorld()
        try world.order(window(10, 30))
        try world.order(.endMaintenance(id: 1))
        world.wait(15)
        #expect(world.answered == ["t1", "t2"])
        try world.order(window(15, 30))
        #expect(world.answered == ["t2"])
        try world.order(.endMaintenance(id: 1), reason: "done early")
        #expect(world.answered == ["t1", "t2"])
        #expect(
            world.events.map(\.reason) == [
                "window 1 from 2027-01-15T08:00:10Z until 2027-01-15T08:00:30Z",
                "window 1 was called off", "window 1 until 2027-01-15T08:00:30Z",
                "window 1 was ended: done early",
            ])
    }

    /// It counts over what was forced up before, which counts again after it.
    @Test func aWindowCountsOverForcedUp() throws {
        var world = OrderWorld()
        try world.order(.force(up: true))
        try world.order(window(0, 10))
        #expect(world.answered == ["t2"])
        world.wait(10)
        #expect(world.board.table[0][0][0].override == .forcedUp)
    }

    // MARK: The last target

    @Test func whatIsOrderedAheadCounts() throws {
        var world = OrderWorld(targets: 3)
        try world.order(window(100, 200), "t1")
        try world.order(window(150, 250), "t2")
        #expect(world.refusal(window(120, 149), "t3") == nil)
        #expect(world.refusal(window(120, 151), "t3") == .lastTarget)
        #expect(world.refusal(window(160, 170), "t3") == .lastTarget)
        #expect(world.refusal(window(200, 240), "t3") == nil)
        // Who is drained now will be then, as far as anybody knows.
        try world.order(.drain, "t1")
        #expect(world.refusal(window(210, 220), "t3") == .lastTarget)
        #expect(world.refusal(window(0, 10), "t2") == nil)
    }

    @Test func whatIsDownCountsForAWindowThatBeginsNow() throws {
        var world = OrderWorld()
        world.probe(0, passes: false)
        #expect(world.refusal(window(0, 60), "t2") == .lastTarget)
        // Tomorrow it may be well.
        #expect(world.refusal(window(86_400, 90_000), "t2") == nil)
    }

    /// What was all right when it was ordered must not take a pool down by itself at night.
    @Test func theLastOneThatIsWellGoesOn() throws {
        var world = OrderWorld()
        try world.order(window(100, 200), "t2")
        world.wait(50)
        world.probe(0, passes: false)
        world.wait(51)
        #expect(world.board.table[0][1][0].override == .maintenance)
        #expect(world.answered == ["t2"])
        #expect(world.board.served[0].mode == .failOpen)
        // As soon as another one is well, it leaves.
        world.probe(0, passes: true)
        #expect(world.answered == ["t1"])
        world.probe(0, passes: false)
        #expect(world.answered == ["t2"])
        // And once it is really stopped, it is as with any pool of which nobody is up.
        world.probe(1, passes: false)
        #expect(world.answered == ["t1"])
    }

    // MARK: Clocks

    /// Somebody sets the clock: windows follow the calendar within half a minute.
    @Test func aClockThatIsSet() throws {
        var world = OrderWorld()
        try world.order(window(3600, 7200))
        world.wait(100)
        world.setCalendar(3500)
        world.wait(30)
        #expect(world.answered == ["t2"])
        world.setCalendar(-3600)
        // It is before the window again; what has begun stays, until it is over or ended.
        world.wait(30)
        #expect(world.orders().maintenance.count == 1)
        world.setCalendar(7200)
        world.wait(30)
        #expect(world.answered == ["t1", "t2"])
        #expect(world.orders().isEmpty)
    }

    /// Saved windows go on where they would be.
    @Test func windowsOutliveAProcess() throws {
        var world = OrderWorld()
        try world.order(window(10, 100), "t1")
        try world.order(window(200, 300), "t2")
        let book = OrderBook(world.board.orders.all)
        for (second, expected) in [(5.0, ["t1", "t2"]), (50, ["t2"]), (150, ["t1", "t2"]), (250, ["t1"])] {
            let clock = WallClock(now: .now, time: OrderWorld.time(second))
            var board = HealthBoard(world.board.plan, at: clock.now)
            board.take(book, clock)
            _ = board.pass(to: clock)
            let names = ServedPool.exposure(of: 0, in: board.served).targets.map(\.target).sorted()
            #expect(names == expected, "second \(second)")
            #expect(board.orders.all.count == (second < 100 ? 2 : 1))
        }
    }

    // MARK: Times as they are written

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-01-02T03:04:05.678Z", 1_767_323_045_678),
        ("2026-01-02T04:04:05.678+01:00", 1_767_323_045_678), ("2026-01-01T21:34:05.6789-05:30", 1_767_323_045_678),
        ("2024-02-29T23:59:60Z", 1_709_251_200_000), ("1969-12-31t23:59:59.9z", -100),
    ]) func times(text: String, milliseconds: Int64) {
        let time = Timestamp(text)
        #expect(time?.milliseconds == milliseconds)
        #expect(time.flatMap { Timestamp($0.description) } == time)
    }

    @Test(arguments: [
        "", "now", "2026-01-02", "2026-01-02T03:04Z", "2026-01-02T03:04:05", "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-01-02T24:00:00Z", "2026-01-02T03:04:05Zx", "2026-01-02T03:04:05.Z",
        "2026-01-02T03:04:05+1:00", "2026-00-01T00:00:00Z", "٢026-01-02T03:04:05Z",
    ]) func noTimes(text: String) {
        #expect(Timestamp(text) == nil)
    }
}
