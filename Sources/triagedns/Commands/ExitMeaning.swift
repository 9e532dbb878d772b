// How commands end. The numbers stand here alone: help, manual and tests take them from here.

import ArgumentParser

/// What the exit code of a command says.
enum ExitMeaning: Int32, CaseIterable {
    case done = 0
    case failed = 1
    case unreachable = 2
    case answered = 3
    case late = 4
    case usage = 64

    var code: ExitCode { ExitCode(rawValue) }

    var text: String {
        switch self {
        case .done: "Done, and all is well."
        case .failed: "It was refused, or has failed, or what was looked at has errors."
        case .unreachable: "The server cannot be reached, or what answers is no TriageDNS."
        case .answered: "drain --wait: the target is answered with (again), so waiting is in vain."
        case .late: "drain --wait: it is not safe to stop within --timeout."
        case .usage: "The command line is wrong (EX_USAGE of sysexits.h)."
        }
    }

    /// `Exit code 0: done. 2: ...` for the help of a command, where each means something of its own.
    static func list(_ meanings: (ExitMeaning, String)...) -> String {
        "Exit code " + meanings.map { "\($0.rawValue): \($1)." }.joined(separator: " ")
    }

    /// All of them, a line each, for the help of the program.
    static var table: String {
        allCases.map { meaning in
            let number = "\(meaning.rawValue)"
            return "  " + number + String(repeating: " ", count: 4 - number.count) + meaning.text
        }.joined(separator: "\n")
    }
}

/// Why a command ends without having done what it should. Printed by `main`.
struct CommandFailure: Error {
    var meaning: ExitMeaning
    /// One line, without `error:` before it.
    var text: String

    init(_ text: String, _ meaning: ExitMeaning = .failed) {
        self.meaning = meaning
        self.text = text
    }
}
