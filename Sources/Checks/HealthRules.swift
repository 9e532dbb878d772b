// How a pool's verdicts become states, beyond the thresholds of each check (`Schedule`): what keeps a member out after it
// has failed, and what keeps it in although it fails. Plain data.

/// The rules of one pool.
public struct HealthRules: Hashable, Sendable {
    public var failback = Failback.auto
    /// How long the weight of a member that has come back takes to grow from a tenth to all of it; nil: it is there at
    /// once.
    public var slowStart: Duration?
    /// Nil: changes are followed however often they come.
    public var damping: Damping? = Damping()
    /// Without a verdict for so long (and three intervals of the check), what is known of a member counts no more.
    public var staleAfter: Duration = .seconds(300)
    /// How long the members are kept in service when all of them fail at the same deep layer; nil: not at all.
    public var commonModeHold: Duration? = .seconds(300)

    public init() {}

    /// When a member that was down and has passed its checks is answered with again.
    public enum Failback: Hashable, Sendable {
        case auto
        /// After it has been well for so long.
        case delayed(Duration)
        /// When an operator says so.
        case manual
    }

    /// How flapping is slowed down.
    public struct Damping: Hashable, Sendable {
        /// So many changes between down and not down ...
        public var transitions: Int
        /// ... within this time keep a member down ...
        public var window: Duration
        /// ... for the first of these; the next time for the second, and so on. Never empty.
        public var holds: [Duration]
        /// After so long without a change it starts over with the first.
        public var forgetAfter: Duration

        public init(
            transitions: Int = 3, window: Duration = .seconds(600),
            holds: [Duration] = [.seconds(120), .seconds(300), .seconds(600)], forgetAfter: Duration = .seconds(1800)
        ) {
            self.transitions = transitions
            self.window = window
            self.holds = holds
            self.forgetAfter = forgetAfter
        }
    }
}
