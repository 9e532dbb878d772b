// What operators may do to the states of targets while the program runs.

public import DNSCore
internal import Synchronization

/// Why what an operator wants cannot be done.
public enum OperatorError: Error, Hashable, CustomStringConvertible {
    case noPool(String)
    case noTarget(String, pool: String)
    /// Nothing keeps the target out.
    case nothingToRestore(String, pool: String)

    public var description: String {
        switch self {
        case .noPool(let pool): "there is no pool \(pool)"
        case .noTarget(let target, let pool): "the pool \(pool) has no target \(target)"
        case .nothingToRestore(let target, let pool):
            "\(target) of the pool \(pool) does not wait to be restored"
        }
    }
}

extension HealthMonitor {
    /// Lets a target serve again that has come back, and that the pool's `failback` keeps out. What flapping has earned
    /// it stays.
    public func restore(pool: String, target: String) throws(OperatorError) {
        try change(pool, target) { board, place, now throws(OperatorError) in
            guard board.pools[place.pool].awaitsRestore(target: place.target, at: now) else {
                throw .nothingToRestore(target, pool: pool)
            }
            return board.restore(pool: place.pool, target: place.target, at: now)
        }
    }

    /// Sets something over what probes say of a target; nil takes it away.
    public func set(_ override: Override?, pool: String, target: String) throws(OperatorError) {
        try change(pool, target) { board, place, now throws(OperatorError) in
            board.set(override, pool: place.pool, target: place.target, at: now)
        }
    }

    private func change(
        _ pool: String, _ target: String,
        _ body: (inout HealthBoard, (pool: Int, target: Int), Instant) throws(OperatorError) -> HealthBoard.Change
    ) throws(OperatorError) {
        var problem: OperatorError?
        update { boards, now in
            do throws(OperatorError) {
                let place = try boards.current.plan.place(pool, target)
                let change = try body(&boards.current, place, now)
                // Both know the same when one takes over from the other.
                if let next = boards.next?.plan, let place = try? next.place(pool, target), var board = boards.next {
                    boards.next = nil
                    _ = try? body(&board, place, now)
                    boards.next = board
                }
                return change
            } catch {
                problem = error
                return nil
            }
        }
        if let problem { throw problem }
    }
}

extension MonitorPlan {
    fileprivate func place(_ pool: String, _ target: String) throws(OperatorError) -> (pool: Int, target: Int) {
        guard let number = pools.firstIndex(where: { $0.definition.name == pool }) else { throw .noPool(pool) }
        let targets = pools[number].definition.targets
        guard let index = targets.firstIndex(where: { $0.name == target }) else {
            throw .noTarget(target, pool: pool)
        }
        return (number, index)
    }
}
