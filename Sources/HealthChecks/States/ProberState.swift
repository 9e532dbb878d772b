// Whether this node itself is cut off: if everything that it probes falls silent at once, that is likelier than that all
// of it has died. Pure: the time is a parameter.

internal import Checks

/// What is known of the way to each thing that is probed.
struct ProberState: Sendable {
    /// One address or host name, of a target or a reference.
    struct Subject: Hashable, Sendable, Codable {
        /// When it fell silent; nil if something came back last.
        var silentSince: Instant?
        var silentVerdicts = 0

        /// One lost connection is no silence.
        var isSilent: Bool { silentVerdicts >= Self.needed }
        private static let needed = 2

        mutating func moveTimes(by offset: Duration) { silentSince? += offset }
    }

    /// This node seems to be cut off.
    struct CutOff: Hashable, Sendable, Codable {
        /// When the first of those fell silent that did so together.
        var since: Instant
        /// How long states are held.
        var until: Instant
        /// They are not held any more.
        var isOver = false

        mutating func moveTimes(by offset: Duration) {
            since += offset
            until += offset
        }
    }

    enum Change: Hashable, Sendable {
        /// States are held from now on, and as they were before this moment.
        case cutOff(since: Instant)
        /// It still seems cut off, but has been for too long to hold states.
        case holdOver
        case reachable
    }

    /// Nil: states are never held.
    let hold: Duration?
    /// How far apart they may fall silent to have done so at once.
    let window: Duration
    private(set) var subjects: [Subject]
    private(set) var cutOff: CutOff?
    private var silentCount = 0

    /// As few as this fall silent by chance.
    private static let leastWitnesses = 2

    init(hold: Duration?, window: Duration, subjects: [Subject], cutOff: CutOff? = nil) {
        self.hold = hold
        self.window = window
        self.subjects = subjects
        self.cutOff = cutOff
        silentCount = subjects.count(where: \.isSilent)
    }

    /// Takes a verdict on a subject.
    mutating func record(_ verdict: Verdict, subject: Int, at now: Instant) -> Change? {
        let wasSilent = subjects[subject].isSilent
        if verdict.outcome.isFailure, verdict.sign == .silence {
            subjects[subject].silentSince = subjects[subject].silentSince ?? now
            subjects[subject].silentVerdicts = min(subjects[subject].silentVerdicts + 1, CheckState.maximumCount)
        } else {
            subjects[subject] = Subject()
        }
        silentCount += (subjects[subject].isSilent ? 1 : 0) - (wasSilent ? 1 : 0)
        return judge(at: now)
    }

    /// Looks at what follows from time alone.
    mutating func pass(to now: Instant) -> Change? {
        guard let cutOff, !cutOff.isOver, now >= cutOff.until else { return nil }
        self.cutOff?.isOver = true
        return .holdOver
    }

    var deadline: Instant? { cutOff.flatMap { $0.isOver ? nil : $0.until } }

    private mutating func judge(at now: Instant) -> Change? {
        if silentCount < subjects.count {
            guard let former = cutOff else { return nil }
            cutOff = nil
            return former.isOver ? nil : .reachable
        }
        guard cutOff == nil, let hold else { return nil }
        // Who has been silent for long is no witness: it may well be dead.
        let recent = subjects.compactMap(\.silentSince).filter { $0 >= now - window }
        guard recent.count >= Self.leastWitnesses, let since = recent.min() else { return nil }
        cutOff = CutOff(since: since, until: now + hold)
        return .cutOff(since: since)
    }
}
