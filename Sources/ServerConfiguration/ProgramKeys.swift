// The keys of a check that is a program.

internal import Checks
internal import Foundation

/// Nil if there is no program to run, which has then been reported.
func readProgram(_ fields: Fields, _ entry: Value) -> ProgramOptions? {
    guard let command = fields["command"] else {
        entry.report.add(
            line: entry.line,
            "the check \(entry.name) has no command; write command: [/usr/local/bin/check, \"{address}\"]")
        return nil
    }
    guard let (path, arguments) = readCommand(command) else { return nil }
    let codes = fields["exit_codes"]?.choice(of: ProgramOptions.ExitCodes.self) ?? .plain
    return ProgramOptions(path: path, arguments: arguments, exitCodes: codes)
}

/// A program's absolute path and its arguments; nil if there are none, which has then been reported.
func readCommand(_ command: Value) -> (path: String, arguments: [String])? {
    let name = command.name
    let words = command.list()
    guard let path = words.first?.text, path.hasPrefix("/") else {
        // A whole command line in one text may have a password in it.
        let first = words.first.flatMap { $0.text?.contains(" ") == true ? nil : $0.butIs } ?? ""
        command.fail("\(name) must start with the absolute path of a program; no shell looks for it\(first)")
        return nil
    }
    var isDirectory: ObjCBool = false
    let exists = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
    if !exists || isDirectory.boolValue || !FileManager.default.isExecutableFile(atPath: path) {
        command.fail("\(name): there is no program \(path) that this user may run; install it, or chmod +x it")
    }
    let arguments = words.dropFirst().compactMap { word -> String? in
        guard let text = word.text, !text.utf8.contains(0) else {
            word.fail("each argument in \(name) must be a text; quote it")
            return nil
        }
        return text
    }
    return (path, arguments)
}
