// The moments of all pools, so that it can be said later what was answered, and why: the last ones in memory, older ones
// in an archive if there is one.

internal import Synchronization

/// Keeps moments for longer than the program runs. What it is given comes in order of time.
public protocol MomentArchive: Sendable {
    /// Takes moments over. Must return at once: it is called on the way from a verdict to the next one.
    func append(_ moments: [PoolMoment])
    /// The last moment of a pool at or before `time`.
    func last(of pool: String, at time: Timestamp) -> PoolMoment?
}

/// The moments that are kept. Of each pool at least the newest.
public final class MomentHistory: Sendable {
    /// How many members all moments in memory may have together: some 20 MB.
    public static let capacity = 65_536

    fileprivate struct State {
        var moments: [String: [PoolMoment]] = [:]
        /// The pools of `moments`, each as often as it has some, in order of time; those before `head` are gone.
        var queue: [String] = []
        var head = 0
        var memberCount = 0
        var archive: (any MomentArchive)?
    }

    private let state = Mutex(State())
    private let limit: Int
    /// When the program was started.
    public let run: Timestamp

    init(run: Timestamp, capacity: Int = MomentHistory.capacity) {
        self.run = run
        limit = capacity
    }

    /// Where moments are kept for longer.
    public func attach(_ archive: any MomentArchive) { state.withLock { $0.archive = archive } }

    /// Keeps moments, none older than those that are kept.
    func append(_ moments: [PoolMoment]) {
        guard !moments.isEmpty else { return }
        let archive = state.withLock { state in
            for moment in moments { state.append(moment) }
            while state.memberCount > limit, state.dropOldest() {}
            return state.archive
        }
        archive?.append(moments)
    }

    /// What was known of a pool at `time`; nil if that is not known any more, or was not yet.
    public func moment(of pool: String, at time: Timestamp) -> PoolMoment? {
        let (found, archive) = state.withLock { state in
            (state.moments[pool]?.last { $0.time <= time }, state.archive)
        }
        return found ?? archive?.last(of: pool, at: time)
    }

    /// The time of the oldest moment in memory of a pool.
    public func start(of pool: String) -> Timestamp? { state.withLock { $0.moments[pool]?.first?.time } }
}

extension MomentHistory.State {
    fileprivate mutating func append(_ moment: PoolMoment) {
        moments[moment.pool, default: []].append(moment)
        queue.append(moment.pool)
        memberCount += moment.members.count
    }

    /// Drops the oldest moment, but of each pool not the last one, which says what is now.
    /// - Returns: whether there is another to be looked at.
    fileprivate mutating func dropOldest() -> Bool {
        guard head < queue.count else { return false }
        let pool = queue[head]
        head += 1
        if head > 1024, head * 2 > queue.count {
            queue.removeFirst(head)
            head = 0
        }
        if let count = moments[pool]?.count, count > 1, let dropped = moments[pool]?.removeFirst() {
            memberCount -= dropped.members.count
        } else {
            queue.append(pool)
        }
        return memberCount > 0 && queue.count - head > moments.count
    }
}
