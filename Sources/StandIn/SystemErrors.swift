// The few errors that binding a port ends in, in words.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

extension StandInError {
    static func text(of code: CInt) -> String {
        switch code {
        case EADDRINUSE: "address already in use"
        case EADDRNOTAVAIL: "address not available on this machine"
        case EACCES, EPERM: "not permitted (ports below 1024 need privileges)"
        default: "error \(code) of the operating system"
        }
    }
}
