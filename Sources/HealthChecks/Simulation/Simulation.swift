// Many runs of the same fault, and what resolvers see of them.

internal import DNSCore

/// A fault, tried out many times.
public struct Simulation: Sendable {
    public let world: FaultPlan
    public let length: Duration
    /// Those whose answers may be made of hosts that fail.
    public let names: [PoolName]
    private let board: HealthBoard
    private let start = Instant.now

    /// When resolvers are looked at, since the fault began.
    public static let moments: [Duration] = [5, 10, 20, 30, 60, 90].map { .seconds($0) }
    /// How many resolvers there are in each run, evenly spread over the time for which they keep an answer.
    private static let resolvers = 60

    /// - Parameter length: how long each run goes on after the beginning of the fault.
    public init(_ world: FaultPlan, length: Duration) {
        self.world = world
        self.length = length
        names = world.concerned
        board = SimulatedRun.settledBoard(world.plan, at: start)
    }

    /// What one run has come to, for one name.
    public struct Outcome: Sendable {
        /// Until answers leave the hosts out; nil: not in this run.
        public var untilAnswersChange: Duration?
        /// Until no resolver has them any more; nil: not in this run.
        public var untilForgotten: Duration?
        /// From the end of the fault until answers have them again; nil: they never left, or are not back yet.
        public var untilBack: Duration?
        /// How often answers changed between with them and without.
        public var changes: Int
        /// The share of the time in which they were answered with.
        public var timeInAnswers: Double
        /// At each of `moments`: the share of resolvers that have them, and of clients that are sent there.
        public var resolvers: [Double]
        public var clients: [Double]
    }

    /// Runs once. - Returns: by name, in the order of `names`.
    public func run(seed: UInt64) -> [Outcome] {
        var run = SimulatedRun(world, names, board: board, at: start, seed: seed, length: length)
        run.run()
        return run.spans.map(outcome)
    }

    /// What happens in one run, moment by moment.
    public func story(seed: UInt64) -> (before: [String], moments: [SimulatedMoment]) {
        var run = SimulatedRun(world, names, board: board, at: start, seed: seed, length: length, isTold: true)
        let before = zip(names, run.spans).map { "\($0.name) \($1[0].text.dropFirst(3))" }
        run.run()
        return (before, run.moments)
    }

    private func outcome(_ spans: [AnswerSpan]) -> Outcome {
        let end = min(world.fault.end ?? length, length)
        // Answers that are given before the fault ends.
        let during = spans.filter { $0.start < end }
        let left = during.first { !$0.hasFailing }
        var forgotten: Duration?
        if left != nil, during.last?.hasFailing == false {
            forgotten = during.filter(\.hasFailing).map { ($0.end ?? length) + $0.timeToLive }.max()
        }
        let back = left.flatMap { _ in spans.first { $0.hasFailing && $0.start >= end } }
        let changes = zip(spans, spans.dropFirst()).count { $0.hasFailing != $1.hasFailing }
        let served = spans.filter(\.hasFailing).reduce(Duration.zero) { $0 + (($1.end ?? length) - $1.start) }
        let seen = Self.resolvers(spans)
        return Outcome(
            untilAnswersChange: left?.start, untilForgotten: forgotten, untilBack: back.map { $0.start - end },
            changes: changes, timeInAnswers: served / length, resolvers: seen.map(\.having), clients: seen.map(\.sent))
    }

    /// Resolvers that ask again as soon as what they have is too old.
    private static func resolvers(_ spans: [AnswerSpan]) -> [(having: Double, sent: Double)] {
        var seen = moments.map { _ in (having: 0.0, sent: 0.0) }
        for number in 0..<resolvers {
            var place = 0
            var asked = spans[0].timeToLive * -((Double(number) + 0.5) / Double(resolvers))
            for (index, moment) in moments.enumerated() {
                // Ends: a TTL is a second at least, or the resolver asks at the moment itself.
                while asked + max(spans[place].timeToLive, .seconds(1)) <= moment {
                    asked += max(spans[place].timeToLive, .seconds(1))
                    while let end = spans[place].end, end <= asked { place += 1 }
                }
                seen[index].having += (spans[place].hasFailing ? 1 : 0) / Double(resolvers)
                seen[index].sent += spans[place].failingShare / Double(resolvers)
            }
        }
        return seen
    }
}
