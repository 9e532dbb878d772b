// The terminal as a screen: pictures instead of lines, keys one by one; and as it was before when that is over.

import CLinuxSockets
import Foundation
import Glibc
import Synchronization
import Terminal
import UnixSignals

/// Standard output, where that is a terminal.
final class TerminalScreen: Sendable {
    /// Of standard input before; nil if that is none.
    private let former: termios?

    init?() {
        guard isatty(STDOUT_FILENO) == 1 else { return nil }
        var settings = termios()
        former = unsafe tcgetattr(STDIN_FILENO, &settings) == 0 ? settings : nil
    }

    /// The signals that concern it.
    static func signals() async -> some AsyncSequence<Int32, Never> & Sendable {
        await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup, .sigwinch).map(\.number)
    }

    /// Of the window at this moment; 80 by 24 where nobody knows.
    var size: (columns: Int, rows: Int) {
        var window = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(window.ws_col), Int(window.ws_row))
    }

    /// Takes the whole screen. What stood there comes back with `leave`.
    func enter() {
        if var settings = former {
            // Keys come at once and are not shown; those that make signals come as keys.
            settings.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
            unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &settings)
        }
        write("\u{1B}[?1049h\u{1B}[?25l\u{1B}[2J")
    }

    func leave() {
        write("\u{1B}[0m\u{1B}[?25h\u{1B}[?1049l")
        if var settings = former { unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &settings) }
    }

    func clear() { write("\u{1B}[2J") }

    /// Gives the terminal back to the shell until that says `fg`.
    func suspend() {
        leave()
        raise(SIGSTOP)
        enter()
    }

    /// Over what is there, line by line, so that nothing flickers.
    func draw(_ lines: [Line], _ palette: Palette) {
        let text = lines.map { $0.text(palette) + "\u{1B}[K" }.joined(separator: "\r\n")
        write("\u{1B}[H\(text)\u{1B}[J")
    }

    /// Calls `take` with each octet that is typed, from a thread of its own that ends with the program.
    func readKeys(_ take: @escaping @Sendable (UInt8) -> Void) {
        guard former != nil else { return }
        Thread.detachNewThread {
            var key: UInt8 = 0
            while true {
                let count = unsafe read(STDIN_FILENO, &key, 1)
                if count < 0, errno == EINTR { continue }
                guard count == 1 else { return }
                take(key)
            }
        }
    }

    private func write(_ text: String) {
        // A terminal that is gone says so by SIGHUP.
        try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    }
}

extension UnixSignal {
    fileprivate var number: Int32 {
        switch self {
        case .sigterm: SIGTERM
        case .sigint: SIGINT
        case .sighup: SIGHUP
        default: SIGWINCH
        }
    }
}

/// Ends the program as if the signal had not been caught, so that a shell sees what has ended it.
///
/// The signal is sent to this thread, which lets it through: one to the process, while all its threads have it blocked,
/// as Dispatch's do, would be read as one more that was caught.
func endBySignal(_ number: Int32) -> Never {
    signal(number, SIG_DFL)
    var only = sigset_t()
    unsafe sigemptyset(&only)
    unsafe sigaddset(&only, number)
    unsafe pthread_sigmask(SIG_UNBLOCK, &only, nil)
    raise(number)
    exit(128 + number)
}
