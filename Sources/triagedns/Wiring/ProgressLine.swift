// How far long work is, for whoever waits for it at a terminal.

import Dispatch
import Foundation
import Glibc
import Synchronization

/// A line on a terminal that changes; nothing elsewhere. On standard error, so that what a command prints stays whole.
struct ProgressLine {
    private var isShown = false

    /// Whether there is somebody to look at it.
    static var isSeen: Bool { isatty(STDERR_FILENO) == 1 }

    mutating func show(_ text: String) {
        guard Self.isSeen else { return }
        isShown = true
        FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
    }

    mutating func end() {
        if isShown { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
        isShown = false
    }
}

/// Does `work`, which may take long: after a second, `text` is shown until it is done, where somebody can see it.
func showingProgress<Result, Failure: Error>(
    _ text: @escaping @Sendable () -> String, _ work: () throws(Failure) -> Result
) throws(Failure) -> Result {
    guard ProgressLine.isSeen else { return try work() }
    let line = Mutex<ProgressLine?>(ProgressLine())
    // On a queue of its own: the work may keep all the others busy.
    let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "progress"))
    timer.schedule(deadline: .now() + .seconds(1), repeating: .milliseconds(200))
    timer.setEventHandler { line.withLock { $0?.show(text()) } }
    timer.resume()
    defer {
        timer.cancel()
        line.withLock {
            $0?.end()
            $0 = nil
        }
    }
    return try work()
}
