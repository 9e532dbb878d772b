// The directory that the file is in: made if it is missing, and taken by one process at a time.

internal import Glibc
internal import Synchronization
internal import SystemPackage
#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A directory that is ours until this value goes.
final class StateDirectory: Sendable {
    static let fileName = "triagedns.sqlite"
    private static let lockName = "triagedns.lock"

    let path: String
    /// Nil: somebody else may have it.
    private let lock: Mutex<Int32?>

    /// Whether the files that were opened are still those that others would find.
    var isInPlace: Bool {
        lock.withLock { lock in
            guard let lock else { return false }
            guard let held = try? FileDescriptor(rawValue: lock).stat(),
                let found = try? FilePath(path + "/" + Self.lockName).stat()
            else { return false }
            let hasFile = unsafe access(file, F_OK) == 0
            return held.inode == found.inode && held.deviceID == found.deviceID && hasFile
        }
    }

    /// Only for our user: there are names and addresses of the inside in it.
    private static let directoryMode: mode_t = 0o700
    private static let fileMode: mode_t = 0o600

    /// The database.
    var file: String { path + "/" + Self.fileName }

    init(_ path: String) throws(StateError) {
        self.path = path
        try Self.make(path)
        lock = Mutex(try Self.takeLock(of: path))
        try Self.makeFile(file)
    }

    /// For a directory that nothing is written in.
    init(unlocked path: String) {
        self.path = path
        lock = Mutex(nil)
    }

    deinit { release() }

    /// Lets others have it.
    func release() {
        lock.withLock { lock in
            if let lock {
                // Closing alone would not do while a program that is just being started has a copy of the descriptor.
                flock(lock, LOCK_UN)
                close(lock)
            }
            lock = nil
        }
    }

    private static func make(_ path: String) throws(StateError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += (made.isEmpty || made.hasSuffix("/") ? "" : "/") + part
            guard unsafe mkdir(made, directoryMode) != 0, errno != EEXIST else { continue }
            // It may be there though nothing can be made beside it.
            let code = errno
            guard unsafe access(made, F_OK) == 0 else { throw StateError(path: path, cause: .system(code)) }
        }
    }

    /// The lock goes with the process, however that ends. Which process has it is written inside, for people.
    private static func takeLock(of path: String) throws(StateError) -> Int32 {
        let file = path + "/" + lockName
        let descriptor = unsafe open(file, O_RDWR | O_CREAT | O_CLOEXEC, fileMode)
        guard descriptor >= 0 else { throw StateError(path: path, cause: .system(errno)) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            guard code == EWOULDBLOCK else { throw StateError(path: file, cause: .system(code)) }
            let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
            throw StateError(path: path, cause: .inUse(process: Int32(text.prefix { $0.isNumber }) ?? 0))
        }
        let text = Array("\(getpid())\n".utf8)
        // A full disk is no reason not to read what is there.
        _ = ftruncate(descriptor, 0)
        _ = unsafe text.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        return descriptor
    }

    /// SQLite would make it readable for all.
    private static func makeFile(_ path: String) throws(StateError) {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, fileMode)
        guard descriptor >= 0 else { throw StateError(path: path, cause: .system(errno)) }
        close(descriptor)
    }

    /// Puts the database out of the way, with what belongs to it, so that a new one can begin and nothing is lost.
    /// - Returns: where it is now.
    func moveAside(at date: Date) throws(StateError) -> String {
        let stamp = date.formatted(Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted))
        var new = "\(file).corrupt-\(stamp)"
        while unsafe access(new, F_OK) == 0 { new += "x" }
        for suffix in ["", "-wal", "-shm"] where unsafe access(file + suffix, F_OK) == 0 {
            guard unsafe rename(file + suffix, new + suffix) == 0 else {
                throw StateError(path: file + suffix, cause: .system(errno))
            }
        }
        try Self.makeFile(file)
        return new
    }
}
