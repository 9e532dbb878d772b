// Why nothing can be kept, in words that say what to do about it.

internal import GRDB
internal import Glibc

/// What is wrong with the state directory.
public struct StateError: Error, Hashable, Sendable, CustomStringConvertible {
    enum Cause: Hashable, Sendable {
        /// A call of the operating system has failed with this `errno`.
        case system(Int32)
        /// Another process has it; 0 if it did not say which.
        case inUse(process: Int32)
        /// Somebody has taken the files away.
        case gone
        /// The file was written by a version that knows more tables.
        case newer
        /// It is no database, or one that is damaged.
        case corrupt(String)
        case database(code: Int32, String)
    }

    /// The directory or the file.
    var path: String
    var cause: Cause

    public var description: String {
        switch cause {
        case .system(let code): "\(path): \(Self.text(of: code)); \(Self.advice(on: code))"
        case .inUse(let process):
            """
            \(path) is in use by another triagedns\(process > 0 ? ", process \(process)" : ""); end that, or name another \
            directory with --state
            """
        case .gone: "\(path) was removed; it is made again"
        case .newer:
            """
            \(path) was written by a newer triagedns, and is left as it is; run that version, or name another directory \
            with --state
            """
        case .corrupt(let text): "\(path) is damaged: \(text)"
        case .database(let code, let text): "\(path): \(text); \(Self.advice(on: code, path))"
        }
    }

    private static func text(of code: Int32) -> String { unsafe String(cString: strerror(code)) }

    private static func advice(on code: Int32) -> String {
        switch code {
        case EACCES, EPERM, EROFS:
            "give the directory to the user that triagedns runs as (user \(getuid()) at present), on a file system that "
                + "can be written to, or name another one with --state"
        case ENOTDIR, EEXIST: "name a directory with --state"
        case ENOSPC, EDQUOT: "make room on that file system"
        default: "name another directory with --state"
        }
    }

    private static func advice(on code: Int32, _ path: String) -> String {
        switch ResultCode(rawValue: code).primaryResultCode {
        case .SQLITE_FULL: "make room on that file system"
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH: advice(on: EACCES)
        case .SQLITE_BUSY, .SQLITE_LOCKED: "another program has it locked; end that"
        default: "look into the system's log for errors of the disk"
        }
    }
}

extension StateError {
    /// What GRDB or SQLite says of the file at `path`.
    init(_ error: any Error, path: String) {
        self.path = path
        switch error {
        case let error as StateError: self = error
        case let error as DatabaseError:
            let text = error.message ?? "\(error.resultCode)"
            switch error.resultCode {
            case .SQLITE_CORRUPT, .SQLITE_NOTADB: cause = .corrupt(text)
            default: cause = .database(code: error.resultCode.rawValue, text)
            }
        default: cause = .database(code: ResultCode.SQLITE_ERROR.rawValue, "\(error)")
        }
    }

    var isCorrupt: Bool { if case .corrupt = cause { true } else { false } }

    /// Whether the file must be opened again to be of use.
    var needsReopening: Bool {
        switch cause {
        case .corrupt, .gone: true
        case .database(let code, _):
            [ResultCode.SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_MISUSE].contains(
                ResultCode(rawValue: code).primaryResultCode)
        case .system, .inUse, .newer: false
        }
    }
}
