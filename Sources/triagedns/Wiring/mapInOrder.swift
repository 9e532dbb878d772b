// Work on many small things, such as ten thousand zones, by all cores.

import Dispatch
import Synchronization

/// What `transform` makes of each element, in their order. It is called by at most `threads` threads at the same time.
func mapInOrder<Element: Sendable, Result: Sendable>(
    _ elements: [Element], threads: Int, _ transform: @Sendable (Element) -> Result
) -> [Result] {
    guard threads > 1, elements.count > 1 else { return elements.map(transform) }
    let next = Atomic(0)
    let finished = Mutex<[(index: Int, result: Result)]>([])
    DispatchQueue.concurrentPerform(iterations: min(threads, elements.count)) { _ in
        var own: [(Int, Result)] = []
        while case let index = next.add(1, ordering: .relaxed).oldValue, index < elements.count {
            own.append((index, transform(elements[index])))
        }
        finished.withLock { $0 += own }
    }
    return finished.withLock { $0 }.sorted { $0.index < $1.index }.map(\.result)
}
