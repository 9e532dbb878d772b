// A file of Frame Streams (unidirectional), and those before it: FILE.1 is the last one, FILE.2 the one before.

import Glibc

/// Writes a file until that is full, then another one.
final class FileSink: FrameSink {
    private let path: String
    private let longest: Int
    private let keep: Int
    private var descriptor: Int32 = -1
    private var size = 0

    private static let permissions: mode_t = 0o640

    /// - Parameters:
    ///   - longest: octets after which a file is full.
    ///   - keep: how many full files are kept, 0 or more.
    init(path: String, longest: Int, keep: Int) {
        self.path = path
        self.longest = longest
        self.keep = keep
    }

    var name: String { "the file \(path)" }
    var isOpen: Bool { descriptor >= 0 }

    /// A file that is there already, of an earlier run, counts as full: a stream has but one start.
    func open() throws(SinkError) {
        if unsafe access(path, F_OK) == 0 { try rotate() }
        // The file must be a new one, and no link to another.
        descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, Self.permissions)
        guard descriptor >= 0 else { throw SinkError(errno: "cannot create it") }
        size = 0
        try append(ControlFrame(.start, contentTypes: [dnstapContentType]).octets)
    }

    func write(_ frames: [UInt8]) throws(SinkError) {
        if size > Self.startLength, size + frames.count > longest {
            close()
            try open()
        }
        try append(frames)
    }

    private static let startLength = ControlFrame(.start, contentTypes: [dnstapContentType]).octets.count

    func check() {}

    func close() {
        guard isOpen else { return }
        try? append(ControlFrame(.stop).octets)
        if isOpen { _ = Glibc.close(descriptor) }
        descriptor = -1
    }

    private func append(_ octets: [UInt8]) throws(SinkError) {
        var written = 0
        while written < octets.count {
            let count = unsafe octets.withUnsafeBytes { bytes in
                unsafe Glibc.write(descriptor, bytes.baseAddress.map { unsafe $0 + written }, bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let error = SinkError(errno: "cannot write")
                _ = Glibc.close(descriptor)
                descriptor = -1
                throw error
            }
            written += count
        }
        size += octets.count
    }

    /// Octets of the file that is there, as far as it can be read.
    private var length: Int {
        let existing = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        defer { _ = Glibc.close(existing) }
        return existing < 0 ? .max : Int(lseek(existing, 0, SEEK_END))
    }

    /// Each full file gets the next number; the last one goes. One in which nothing is, as on a full disk, pushes none
    /// out.
    private func rotate() throws(SinkError) {
        guard keep > 0, length > Self.startLength else {
            guard unsafe unlink(path) == 0 else { throw SinkError(errno: "cannot remove it") }
            return
        }
        for number in stride(from: keep - 1, to: 0, by: -1) {
            _ = unsafe rename("\(path).\(number)", "\(path).\(number + 1)")
        }
        guard unsafe rename(path, "\(path).1") == 0 else { throw SinkError(errno: "cannot rename it to \(path).1") }
    }
}
