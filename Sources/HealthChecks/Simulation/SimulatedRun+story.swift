// What happens in a simulated run, in words.

internal import Checks
internal import DNSCore

extension SimulatedRun {
    mutating func tell(_ verdict: Verdict, _ unit: Int, _ now: Instant) {
        let (probe, state) = (world.plan.units[unit], board.units[unit].state)
        let text =
            verdict.outcome.layer.map { layer in
                let count = Self.count(state.consecutiveFailures, of: probe.check.schedule.fall)
                return "\(layer): \(verdict.outcome.text ?? "failed") (\(count))"
            } ?? "passed (\(Self.count(state.consecutivePasses, of: probe.check.schedule.rise)))"
        moments.append(SimulatedMoment(time: now - start, text: "\(probe.subject.text) \(probe.check.name), \(text)"))
    }

    private static func count(_ count: Int, of needed: Int) -> String {
        count > needed ? "\(count) in a row" : "\(count) of \(needed)"
    }

    mutating func tell(_ change: HealthBoard.Change, _ now: Instant) {
        var texts: [String] = []
        switch change.prober {
        case .cutOff: texts.append("this node is probably cut off: all states are held")
        case .holdOver: texts.append("nothing answers still: states are held no longer")
        case .reachable: texts.append("this node reaches something again")
        case nil: break
        }
        for pool in change.commonCauses {
            let name = world.plan.pools[pool].definition.name
            let isHeld = board.pools[pool].commonCause?.isOver == false
            texts.append("pool \(name): \(isHeld ? "shared dependency? all are held in service" : "held no longer")")
        }
        for (pool, transition) in change.transitions {
            let member = world.plan.members[world.plan.ranges[pool].lowerBound + transition.member]
            let name = "\(world.plan.pools[pool].definition.name)/\(world.plan.name(of: member))"
            let cause = transition.cause.text(since: start).map { " (\($0))" } ?? ""
            texts.append(
                "\(name) \(member.subject.text): \(transition.old.rawValue) -> \(transition.new.rawValue)\(cause)")
        }
        texts += newHolds(now)
        moments += texts.map { SimulatedMoment(time: now - start, text: $0) }
    }

    /// Members that are kept down from now on although their checks pass: that is no transition.
    private mutating func newHolds(_ now: Instant) -> [String] {
        world.members.compactMap { number in
            let member = world.plan.members[number]
            let hold = board.pools[member.pool].members[member.place].hold(at: now)
            guard hold != holds[number] else { return nil }
            holds[number] = hold
            guard let hold, let text = PoolState.Cause.held(hold).text(since: start) else { return nil }
            return "\(world.plan.pools[member.pool].definition.name)/\(world.plan.name(of: member)) "
                + "\(member.subject.text): \(text)"
        }
    }
}

extension AnswerSpan {
    /// `-> 192.0.2.12, TTL 30`.
    var text: String { "-> \(answers.text), TTL \(Int(timeToLive / .seconds(1)))" }
}

extension PoolState.Cause {
    /// Why, where it is not plain; times as seconds since `start`.
    fileprivate func text(since start: Instant) -> String? {
        switch self {
        case .checks: nil
        case .held(.flapping(let until, let changes)):
            "flapping, \(changes) changes: kept down until \((until - start).inSeconds)"
        case .held(.delayed(let until)): "its checks pass; in service again at \((until - start).inSeconds)"
        case .held(.awaitsRestore): "its checks pass; waits for an operator"
        case .holdOver: "what kept it down is over"
        case .restored: "restored"
        case .lastTarget: "kept down no longer, as too few others are in service"
        case .stale: "no verdict for a long time"
        case .cutOff: "held as it was"
        case .commonCause: "held as it was"
        }
    }
}

extension Duration {
    /// `12.3 s`.
    package var inSeconds: String { "\((self / .seconds(1) * 10).rounded() / 10) s" }
}
