// How much of zone files has been read, for somebody who looks on from another thread.

internal import Synchronization

/// Adds up over all files, and all threads that read them.
public final class ReadingProgress: Sendable {
    private let count = Atomic(0)

    public init() {}

    /// Of the files, those that are included too.
    public var octets: Int { count.load(ordering: .relaxed) }

    func add(_ octets: Int) { count.add(octets, ordering: .relaxed) }
}
