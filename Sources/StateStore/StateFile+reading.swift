// Reading a file that is not to be written: because it cannot be, or must not be.

internal import GRDB
#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension StateFile {
    /// Opens the file in a directory that cannot be used. What is in it is true if nobody else writes it.
    init(reading path: String) throws(StateError) {
        let directory = StateDirectory(unlocked: path)
        self.init(directory, reading: try Self.openToRead(directory.file))
    }

    /// Opens a file without touching it.
    static func openToRead(_ file: String) throws(StateError) -> DatabaseQueue {
        // A journal beside the file has what was written last. Without one, SQLite need not try to make it.
        let hasJournal = FileManager.default.fileExists(atPath: file + "-wal")
        var configuration = Configuration()
        configuration.readonly = true
        do {
            let queue = try DatabaseQueue(
                path: "file:\(escaped(file))?\(hasJournal ? "mode=ro" : "immutable=1")", configuration: configuration)
            let isNewer = try queue.read { try StateSchema.migrator.hasBeenSuperseded($0) }
            if isNewer { throw StateError(path: file, cause: .newer) }
            return queue
        } catch {
            throw StateError(error, path: file)
        }
    }

    /// As part of a URI (RFC 3986 §2.3).
    private static func escaped(_ path: String) -> String {
        path.utf8.map { octet in
            let character = Character(UnicodeScalar(octet))
            let isPlain = character.isASCII && (character.isLetter || character.isNumber || "/-._~".contains(character))
            return isPlain ? String(character) : "%" + (octet < 16 ? "0" : "") + String(octet, radix: 16)
        }.joined()
    }

    /// Why the file must not be touched; nil if it may be, or will show why not.
    static func reasonToLeave(_ file: String) -> StateError? {
        do throws(StateError) {
            let queue = try openToRead(file)
            try? queue.close()
            return nil
        } catch {
            return error.cause == .newer ? error : nil
        }
    }
}
