// Where the two flows meet: the newest serving state, replaced as a whole. Readers look at a number once per batch and
// take the lock only when it has moved.

import Synchronization

/// A serving image and the health snapshot that goes with it.
public final class ServingState: Sendable {
    public let image: ImageBox
    public let health: HealthSnapshot
    /// What `health` was made of: not for queries, but for who wants to know why.
    public let pools: [ServedPool]

    public init(image: ImageBox, health: consuming HealthSnapshot, pools: [ServedPool] = []) {
        self.image = image
        self.health = health
        self.pools = pools
    }

    /// - Parameter pools: those that the zones of `image` were numbered for.
    public convenience init(image: ImageBox, _ pools: [ServedPool]) {
        self.init(image: image, health: HealthSnapshot(pools), pools: pools)
    }

    /// The same image with other health. Costs the less the fewer of the pools are others than before.
    public func with(_ pools: [ServedPool]) -> ServingState {
        ServingState(image: image, health: HealthSnapshot(pools, after: health, of: self.pools), pools: pools)
    }
}

extension Published<ServingState> {
    /// Publishes the newest image with other health.
    public func publish(_ pools: [ServedPool]) { update { $0.with(pools) } }
}

/// Lets states that differ in health only share an image.
public final class ImageBox: Sendable {
    public let image: ServingImage

    public init(_ image: consuming ServingImage) { self.image = image }
}

/// The newest value of something immutable, for many readers.
public final class Published<Value: AnyObject & Sendable>: Sendable {
    private let generation = Atomic<UInt64>(0)
    private let newest: Mutex<Value>
    /// Held while a change is made, which may take long: readers must not wait for that.
    private let changing = Mutex<Void>(())
    /// Who had the lock, counted under it. The thread sanitizer does not know that `Mutex` puts threads in order, but
    /// knows it of an atomic.
    private let turns = Atomic<UInt64>(0)

    public init(_ value: Value) { newest = Mutex(value) }

    /// Makes `value` what every reader's next look returns.
    public func publish(_ value: Value) { update { _ in value } }

    /// Publishes what `change` makes of the newest value; changes come one after the other.
    public func update(_ change: (Value) -> Value) {
        changing.withLock { _ in
            // Freed, if nobody uses it any more, when no reader can wait for that either.
            var value = change(current)
            newest.withLock {
                _ = turns.load(ordering: .acquiring)
                swap(&$0, &value)
                turns.add(1, ordering: .releasing)
            }
            generation.add(1, ordering: .releasing)
        }
    }

    public var current: Value {
        newest.withLock {
            _ = turns.load(ordering: .acquiring)
            defer { turns.add(1, ordering: .releasing) }
            return $0
        }
    }

    /// One reader's view. Not to be shared between threads.
    public struct Reader: ~Copyable {
        private let source: Published
        private var seen: UInt64
        public private(set) var value: Value

        public init(_ source: Published) {
            self.source = source
            seen = source.generation.load(ordering: .acquiring)
            value = source.current
        }

        /// Looks whether there is something newer: one load if there is not.
        @inline(__always)
        public mutating func refresh() {
            let now = source.generation.load(ordering: .acquiring)
            guard now != seen else { return }
            seen = now
            value = source.current
        }
    }
}
