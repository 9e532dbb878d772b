// A probe that this machine could not run, which says nothing of the target: a verdict would take healthy targets out
// of service because we have run out of something.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif
internal import Checks
internal import NIOCore

/// Why a probe ended before it could ask the target anything.
public struct ProbeNotRun: Error, Hashable, CustomStringConvertible {
    /// For an operator: what this machine lacks.
    public var description: String

    init(_ description: String) { self.description = description }

    /// Nil for errors that come from the target or the way to it.
    /// - Parameter hasSocket: whether the error came after socket(2). Not permitted before it is a matter of this process,
    ///   after it a firewall's.
    init?(_ error: any Error, hasSocket: Bool) {
        guard let error = error as? IOError else { return nil }
        self.init(errno: error.errnoCode, hasSocket: hasSocket)
    }

    init?(errno code: CInt, hasSocket: Bool) {
        switch code {
        case EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL: self.init(ErrorText.of(errno: code))
        case EACCES where !hasSocket, EPERM where !hasSocket: self.init("this process is not permitted to open sockets")
        default: return nil
        }
    }
}
