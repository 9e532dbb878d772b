import Admin
import ArgumentParser
import DNSCore
import Foundation
import ServerConfiguration
import Terminal

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read a directory as serve would, and say all that is wrong with it.",
        discussion: """
            Each finding is one line on standard error, FILE:LINE: error|warning: what is wrong and what to write instead. \
            With --json they are one object on standard output; the line 0 stands for the file as a whole.

            \(ExitMeaning.list(
                (.done, "it can be served, perhaps with warnings"),
                (.failed, "there are errors; with --strict, or warnings"), (.usage, "the command line is wrong")))
            """)

    @Argument(help: "Directory with *.zone files and triagedns.yaml.", completion: .directory)
    var directory: String

    @Flag(help: "Take warnings for errors.")
    var strict = false

    @Flag(help: "Print what is found as JSON.")
    var json = false

    func run() throws {
        let result: Result<Project, ProjectError>
        do throws(ProjectError) {
            result = .success(try Project.readShowingProgress(directory, isStrict: strict))
        } catch {
            result = .failure(error)
        }
        let report = DirectoryReport(directory, result)
        if json {
            print(try report.json)
        } else {
            TriageDNS.tell(report.findings)
            if report.isGood { print("\(directory): \(report.summary)") }
        }
        if !report.isGood { throw ExitMeaning.failed.code }
    }
}

/// What `check --json` prints.
struct DirectoryReport: Encodable {
    var directory: String
    /// Whether there are no errors.
    var isGood: Bool
    var errors: Int
    var warnings: Int
    /// What would be served; absent if nothing would.
    var zones: Int?
    var records: Int?
    var pools: Int?
    var findings: [Finding]

    /// The same for people.
    let summary: String

    enum CodingKeys: String, CodingKey {
        case directory
        case isGood = "is_good"
        case errors, warnings, zones, records, pools, findings
    }

    init(_ directory: String, _ result: Result<Project, ProjectError>) {
        self.directory = directory
        let found: [Diagnostic]
        switch result {
        case .success(let project):
            found = project.findings
            isGood = !project.hasErrors
            zones = project.servedZones.count
            records = project.servedZones.reduce(0) { $0 + $1.recordCount }
            pools = project.configuration.pools.count
            summary = project.summary
        case .failure(let error):
            found = error.findings
            isGood = false
            summary = ""
        }
        findings = found.map(Finding.init)
        errors = found.count { $0.severity == .error }
        warnings = found.count - errors
    }

    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}
