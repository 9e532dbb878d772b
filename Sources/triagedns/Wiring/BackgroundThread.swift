// Work that takes a core for a while, such as reading zones, must not take it from the threads that answer.

import CLinuxSockets
import Foundation

/// A thread of low priority for one piece of work.
enum BackgroundThread {
    /// As `nice`: what answers gets three times as much where there are fewer cores than threads; on a busy machine a
    /// reload still ends.
    private static let niceness: Int32 = 5
    /// In octets; a parser is deeper than the default of the C library.
    private static let stackSize = 8 << 20

    /// Runs `work` on a thread of its own, which ends with it: without privileges, nobody can raise a priority again.
    static func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            let thread = Thread {
                CLinux_stepBack(niceness)
                continuation.resume(returning: work())
            }
            thread.stackSize = stackSize
            thread.start()
        }
    }
}
