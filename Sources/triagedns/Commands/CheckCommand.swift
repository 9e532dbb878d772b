import ArgumentParser
import DNSCore

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read a directory as serve would, and say all that is wrong with it.",
        discussion: """
            Each finding is one line on standard error, FILE:LINE: error|warning: what is wrong and what to write instead.

            Exit code 0: it can be served, perhaps with warnings. 1: there are errors; with --strict, or warnings. \
            64: the command line is wrong.
            """)

    @Argument(help: "Directory with *.zone files and triagedns.yaml.")
    var directory: String

    @Flag(help: "Take warnings for errors.")
    var strict = false

    func run() throws {
        let project: Project
        do throws(ProjectError) { project = try Project.read(directory, isStrict: strict) } catch {
            throw error.report()
        }
        if project.hasErrors { throw TriageDNS.report(project.findings) }
        for warning in project.findings { complain(warning.description) }
        print("\(directory): \(project.summary)")
    }
}
