// How people and orders name a target: by pool and target, whatever their numbers are at the moment.

/// A target of a pool, by name.
public struct TargetKey: Codable, Hashable, Sendable, CustomStringConvertible {
    public var pool: String
    public var target: String

    public init(pool: String, target: String) {
        self.pool = pool
        self.target = target
    }

    public var description: String { "\(pool) \(target)" }
}
