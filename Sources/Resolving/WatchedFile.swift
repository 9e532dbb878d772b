// A small file of the system's that is read again when it has changed.

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif
internal import Synchronization

/// What a file says, as of the last look.
final class WatchedFile<Content: Sendable>: Sendable {
    /// What tells whether it is another than it was.
    private struct Stamp: Hashable {
        var seconds: Int
        var nanoseconds: Int
        var size: Int
        var number: UInt64
    }

    private let path: String
    private let read: @Sendable (String) -> Content
    private let known = Mutex<(stamp: Stamp?, content: Content)?>(nil)

    /// - Parameter read: what the file's text means; that of a file which is not there is empty.
    init(_ path: String, read: @escaping @Sendable (String) -> Content) {
        self.path = path
        self.read = read
    }

    var content: Content {
        known.withLock { known in
            let stamp = stamp
            if let known, known.stamp == stamp { return known.content }
            let data = FileManager.default.contents(atPath: path) ?? Data()
            let content = read(String(decoding: data, as: UTF8.self))
            known = (stamp, content)
            return content
        }
    }

    private var stamp: Stamp? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return Stamp(
            seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec, size: Int(status.st_size),
            number: UInt64(status.st_ino))
    }
}
