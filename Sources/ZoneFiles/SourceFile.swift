// Reads a file as octets in one go. Not mapped: a file that an editor cuts short while it is read must not kill the
// server.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The content of a regular file, and which file it is.
struct SourceFile {
    let octets: [UInt8]
    let identity: Identity

    /// The same for two paths to the same file.
    struct Identity: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    init(path: String) throws(Problem) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Problem("cannot read \(path): \(Self.reason(errno))") }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw Problem("cannot read \(path): \(Self.reason(errno))")
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Problem("cannot read \(path): it is not a regular file") }
        var failure: Int32 = 0
        octets = unsafe [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
            while count < buffer.count {
                let length = unsafe read(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
                if length < 0, errno == EINTR { continue }
                if length < 0 { failure = errno }
                if length <= 0 { break }
                count += length
            }
        }
        guard failure == 0 else { throw Problem("cannot read \(path): \(Self.reason(failure))") }
        identity = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }

    private static func reason(_ code: Int32) -> String {
        switch code {
        case ENOENT: "there is no such file"
        case EACCES: "permission denied"
        default: unsafe String(cString: strerror(code))
        }
    }
}
