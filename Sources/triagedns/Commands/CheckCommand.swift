import ArgumentParser
import DNSCore

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read a directory as serve would, and say all that is wrong with it.",
        discussion: "Exit code 0: all of it can be served. 1: there are errors.")

    @Argument(help: "Directory with *.zone files and triagedns.yaml.")
    var directory: String

    func run() throws {
        let project: Project
        do throws(ProjectError) { project = try Project.read(directory) } catch { throw error.report() }
        if project.hasErrors { throw TriageDNS.report(project.findings) }
        for warning in project.findings { complain(warning.description) }
        print("\(directory): \(project.summary)")
    }
}
