// What commands print, and how they end.

import ArgumentParser
import DNSCore
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// Writes one line to standard error.
func complain(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
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
    /// - Returns: what ends the program with code 1.
    @discardableResult
    static func report(_ findings: [Diagnostic]) -> ExitCode {
        for finding in findings { complain(finding.description) }
        let errors = findings.count { $0.severity == .error }
        if errors > 0 { complain(counted(errors, "error")) }
        return .failure
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
