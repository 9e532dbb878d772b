// What is wrong with the files that say who may use the HTTP endpoint.

import Admin
import DNSCore
import Foundation
import Logging
import ServerConfiguration

extension AdminAccess {
    /// Each with its file and line. Answers to queries do not hang on any of them.
    var findings: [Diagnostic] { tokenFindings + certificateFindings }

    private var tokenFindings: [Diagnostic] {
        guard let tokensFile else { return [] }
        guard let data = FileManager.default.contents(atPath: tokensFile) else {
            return [
                Diagnostic(
                    file: tokensFile, line: 0, "tokens_file cannot be read; write `NAME read|operate TOKEN` lines")
            ]
        }
        return TokenFile.parse(String(decoding: data, as: UTF8.self)).problems.map {
            Diagnostic(file: tokensFile, line: $0.line, $0.message)
        }
    }

    private var certificateFindings: [Diagnostic] {
        guard let certificateFile, let keyFile else { return [] }
        do throws(AdminCertificate.Failure) {
            let quiet = Logger(label: "check") { _ in SwiftLogNoOpLogHandler() }
            _ = try AdminCertificate(chainPath: certificateFile, keyPath: keyFile, logger: quiet)
            return []
        } catch {
            return [Diagnostic(file: certificateFile, line: 0, "\(error)")]
        }
    }
}
