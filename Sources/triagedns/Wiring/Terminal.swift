// What commands print, and how they end.

import ArgumentParser
import DNSCore
import Foundation
import Logging

/// Writes one line to standard error.
func complain(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
}

extension ProjectError {
    /// Prints all findings and a count.
    /// - Returns: what ends the program with code 1.
    func report() -> ExitCode {
        for finding in findings { complain(finding.description) }
        let errors = findings.count { $0.severity == .error }
        complain("\(errors) error\(errors == 1 ? "" : "s")")
        return .failure
    }
}

/// The log of a program: one line an event, on standard error.
func makeLogger(_ label: String = "triagedns") -> Logger {
    Logger(label: label) { StreamLogHandler.standardError(label: $0) }
}
