// The token with which this machine's programs change things: made by the server where only its own user (and root) can
// read it, and found there by the commands.

import Admin
import Foundation
import Glibc
import SystemPackage

/// One token for each port of an admin endpoint.
enum LocalToken {
    /// The first that can be written; `/run` is root's.
    private static var directories: [String] {
        var directories = ["/run/triagedns"]
        if let runtime = ProcessInfo.processInfo.environment["XDG_RUNTIME_DIR"], runtime.hasPrefix("/") {
            directories.append(runtime + "/triagedns")
        }
        directories.append("/tmp/triagedns-\(getuid())")
        return directories
    }

    private static func path(_ directory: String, port: UInt16) -> String { "\(directory)/admin-\(port).tokens" }

    /// Writes a token file for the server on `port`, or leaves one that is there.
    /// - Returns: its path; nil if there is no place for it.
    static func make(port: UInt16) -> String? {
        for directory in directories {
            try? FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            guard isOurs(directory, type: .directory) else { continue }
            let path = path(directory, port: port)
            if isOurs(path, type: .regular), token(in: path) != nil { return path }
            // The system's generator is a cryptographic one.
            let token = (0..<32).map { _ in String(UInt16.random(in: 256...511), radix: 16).dropFirst() }.joined()
            let made = FileManager.default.createFile(
                atPath: path, contents: Data("\(LocalCaller.name) operate \(token)\n".utf8),
                attributes: [.posixPermissions: 0o600])
            if made, isOurs(path, type: .regular) { return path }
        }
        return nil
    }

    /// The token of the server on `port` of this machine, if this user may have it.
    static func find(port: UInt16) -> String? {
        for directory in directories where isTrusted(directory) {
            if let token = token(in: path(directory, port: port)) { return token }
        }
        return nil
    }

    private static func token(in path: String) -> String? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        let words = String(decoding: data, as: UTF8.self).split { $0 == " " || $0 == "\n" }
        return words.count == 3 ? String(words[2]) : nil
    }

    /// Whether it is what it should be, belongs to this user, and nobody else gets in. Not a link: somebody else may have
    /// put that there.
    private static func isOurs(_ path: String, type: FileType) -> Bool {
        guard let found = try? FilePath(path).stat(followTargetSymlink: false) else { return false }
        return found.type == type && found.userID.rawValue == getuid() && found.permissions.rawValue & 0o077 == 0
    }

    /// Whether what stands in a directory was put there by this user or root.
    private static func isTrusted(_ directory: String) -> Bool {
        guard let found = try? FilePath(directory).stat(followTargetSymlink: false) else { return false }
        return found.type == .directory && [0, getuid()].contains(found.userID.rawValue)
            && found.permissions.rawValue & 0o022 == 0
    }
}
