// Whether a file is still the one that was read, as far as the file system tells.

#if canImport(Glibc)
    public import Glibc
#elseif canImport(Musl)
    public import Musl
#endif

/// What changes when a file is written, or another one is put in its place.
public struct FileStamp: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64
    /// In octets.
    public let size: Int64
    private let modified: Int64
    /// Of the inode: also changes when an older file is moved here.
    private let changed: Int64

    /// Nil if there is no such file.
    public init?(path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        modified = status.st_mtim.nanoseconds
        changed = status.st_ctim.nanoseconds
    }

    /// The stamp, unless the file was touched after `time`, or so shortly before that the clock of the file system, which
    /// moves in steps, may not show it.
    public func ifSettled(at time: timespec) -> FileStamp? {
        max(modified, changed) < time.nanoseconds - 50_000_000 ? self : nil
    }

    /// The time by the clock that stamps files.
    public static var now: timespec {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return time
    }
}

extension timespec {
    fileprivate var nanoseconds: Int64 { Int64(tv_sec) * 1_000_000_000 + Int64(tv_nsec) }
}
