// What commands print, and how they end.

import Admin
import ArgumentParser
import DNSCore
import Foundation
import Glibc
import Logging
import ServiceLifecycle
import Terminal
import UnixSignals

/// Writes one line to standard error.
func complain(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
}

/// Says why a command ends.
func complain(_ failure: CommandFailure) {
    complain(Line(Piece("error: ", .bad), Piece(failure.text)).text(Palette(of: STDERR_FILENO)))
}

/// `1 zone`, `2 zones`.
func counted(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

extension ProjectError {
    /// Prints all findings and a count.
    /// - Returns: what ends the program with code 1.
    func report() -> ExitCode { TriageDNS.report(findings) }
}

extension TriageDNS {
    /// Prints all findings, and how many are errors.
    static func tell(_ findings: [Finding]) {
        for finding in findings { complain(finding) }
        let errors = findings.count { $0.severity == Diagnostic.Severity.error.rawValue }
        if errors > 0 { complain(counted(errors, "error")) }
    }

    /// The same.
    /// - Returns: what ends the program.
    @discardableResult
    static func report(_ findings: [Diagnostic]) -> ExitCode {
        tell(findings.map { Finding($0) })
        return ExitMeaning.failed.code
    }
}

/// Writes a finding to standard error.
func complain(_ finding: Finding) { complain(finding.shown.text(Palette(of: STDERR_FILENO))) }

extension Finding {
    /// As compilers print it.
    var shown: Line {
        let tone: Tone = severity == Diagnostic.Severity.error.rawValue ? .bad : .warning
        return Line(
            Piece("\(file)\(line > 0 ? ":\(line)" : ""): "), Piece(severity, tone), Piece(": \(message)"))
    }
}

extension [Diagnostic] {
    /// The same; with `isStrict` warnings are errors.
    func judged(isStrict: Bool) -> [Diagnostic] {
        guard isStrict else { return self }
        return map { Diagnostic(.error, file: $0.file, line: $0.line, $0.message) }
    }
}

/// Runs services side by side until SIGTERM, SIGINT, or the end or failure of one of them.
func runUntilSignal(_ services: [any Service]) async throws {
    var quiet = makeLogger()
    quiet.logLevel = .critical
    try await ServiceGroup(services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet).run()
}
