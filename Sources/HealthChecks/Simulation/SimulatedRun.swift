// One run: the state machines and answers that a server has, under a clock that stands still between events. Where
// probes stand in their intervals when the fault begins is drawn at random; so is the jitter of each further probe.

internal import Checks
internal import DNSCore

/// What was answered for a name over some time.
struct AnswerSpan: Sendable {
    /// Since the fault began; the first span has no beginning.
    var start: Duration
    /// Nil for the last one.
    var end: Duration?
    var answers: ServedAnswers
    var timeToLive: Duration
    /// Whether hosts that fail are in the answers, and the share of clients that these send there: the first address
    /// counts, or the weight.
    var hasFailing: Bool
    var failingShare: Double
}

/// Something worth a line.
public struct SimulatedMoment: Hashable, Sendable {
    /// Since the fault began.
    public var time: Duration
    public var text: String
}

struct SimulatedRun {
    let world: FaultPlan
    private(set) var board: HealthBoard
    private var served: [ServedPool]
    private var generator: SeededGenerator
    let start: Instant
    private let length: Duration
    private var probes: [Probe] = []
    /// Whether `moments` is filled.
    private let isTold: Bool
    var moments: [SimulatedMoment] = []
    /// By member: what keeps it down although its checks pass, as far as told.
    var holds: [Int: MemberState.Hold] = [:]
    /// By concerned name.
    private(set) var spans: [[AnswerSpan]] = []
    private(set) var transitions = 0
    private let names: [PoolName]

    /// A probe to come, or one under way.
    private struct Probe {
        var unit: Int
        var time: Instant
        var start: Instant
        var verdict: Verdict?
    }

    /// - Parameter board: of a server on which everything is well.
    init(
        _ world: FaultPlan, _ names: [PoolName], board: HealthBoard, at start: Instant, seed: UInt64, length: Duration,
        isTold: Bool = false
    ) {
        self.world = world
        self.names = names
        self.board = board
        self.start = start
        self.length = length
        self.isTold = isTold
        generator = SeededGenerator(seed: seed)
        served = board.served
        for unit in world.units {
            let interval = world.plan.units[unit].check.schedule.interval
            let jitter = Double.random(in: 1 - Schedule.jitter...1 + Schedule.jitter, using: &generator)
            let time = start + interval * (jitter * Double.random(in: 0..<1, using: &generator))
            probes.append(Probe(unit: unit, time: time, start: time))
        }
        spans = names.map { [span(of: $0, from: .zero)] }
    }

    /// A server on which everything has been well for long enough to count.
    static func settledBoard(_ plan: MonitorPlan, at start: Instant) -> HealthBoard {
        var board = HealthBoard(plan, at: start)
        let passed = Verdict(outcome: .passed, layers: [], latency: .zero)
        for (number, unit) in plan.units.enumerated() {
            for _ in 0..<max(unit.check.schedule.rise, 2) { _ = board.record(passed, of: number, at: start) }
        }
        return board
    }

    mutating func run() {
        // Ends: each round goes on in time, by an interval of a probe or a deadline of the board.
        while let next = probes.indices.min(by: { probes[$0].time < probes[$1].time }) {
            let time = probes[next].time
            if let deadline = board.deadline, deadline <= min(time, start + length) {
                follow(board.pass(to: deadline), at: deadline)
                continue
            }
            guard time < start + length else { break }
            if probes[next].verdict == nil { begin(next, at: time) } else { finish(next, at: time) }
        }
    }

    private mutating func begin(_ index: Int, at now: Instant) {
        let check = world.plan.units[probes[index].unit].check
        let failure = world.fault.holds(at: now - start) ? world.fault.manner.verdict(of: check) : nil
        let verdict = failure ?? Verdict(outcome: .passed, layers: [], latency: .zero)
        probes[index].start = now
        probes[index].verdict = verdict
        probes[index].time = now + verdict.latency
    }

    private mutating func finish(_ index: Int, at now: Instant) {
        let (unit, started) = (probes[index].unit, probes[index].start)
        guard let verdict = probes[index].verdict else { return }
        let before = board.units[unit].state
        let change = board.record(verdict, of: unit, at: now)
        let state = board.units[unit].state
        if isTold, state.state != before.state || state.isChanging || before.isChanging { tell(verdict, unit, now) }
        follow(change, at: now)
        let next = started + state.nextDelay(world.plan.units[unit].check.schedule, using: &generator)
        probes[index].verdict = nil
        probes[index].time = max(now, next)
    }

    private mutating func follow(_ change: HealthBoard.Change, at now: Instant) {
        transitions += change.transitions.count
        if isTold { tell(change, now) }
        guard !change.pools.isEmpty else { return }
        board.serve(change.pools, in: &served)
        for (index, name) in names.enumerated() {
            let new = span(of: name, from: now - start)
            guard let old = spans[index].last, old.answers != new.answers || old.timeToLive != new.timeToLive else {
                continue
            }
            if isTold { moments.append(SimulatedMoment(time: new.start, text: "\(name.name) \(new.text)")) }
            // What has lasted for no time has been given to nobody.
            if old.start == new.start, spans[index].count > 1 {
                spans[index].removeLast()
            } else {
                spans[index][spans[index].count - 1].end = new.start
            }
            spans[index].append(new)
        }
    }

    private func span(of name: PoolName, from start: Duration) -> AnswerSpan {
        var answers = served[name.pool].answers
        var limit = answers.timeToLiveLimit ?? TimeToLiveCap.none
        // By its backup, by that one's backup, and so on.
        for _ in served.indices {
            guard let next = answers.substitute, let pool = served.first(where: { $0.definition.name == next }) else {
                break
            }
            answers = pool.answers
            limit = min(limit, answers.timeToLiveLimit ?? TimeToLiveCap.none)
        }
        // The TTL says it; a limit above the record's own changes nothing.
        answers.timeToLiveLimit = nil
        let isFailing = answers.members.map { world.answers.contains($0) }
        let weights = answers.weights?.map(Double.init) ?? isFailing.map { _ in 1 }
        let sum = weights.reduce(0, +)
        let failing = zip(weights, isFailing).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }
        return AnswerSpan(
            start: start, end: nil, answers: answers, timeToLive: .seconds(min(limit, name.timeToLive)),
            hasFailing: isFailing.contains(true), failingShare: sum > 0 ? failing / sum : 0)
    }
}

/// SplitMix64: the same numbers for the same seed, on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
