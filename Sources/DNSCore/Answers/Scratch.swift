// What one worker needs while it answers, made before the first query.

/// Memory and chance of one worker. Never shared between threads.
public struct Scratch: ~Copyable {
    var name = QueryName()
    /// Names that were looked up.
    var names = SeenNames()
    /// Owners of DNAME records in the answer.
    var redirections = SeenNames()
    var random: RandomSource

    /// - Parameter seed: another one for each worker, or weighted answers come in step.
    public init(seed: UInt64) { random = RandomSource(seed: seed) }
}

/// How a query came, which decides how long its answer may be.
public enum Transport: Sendable {
    /// 512 octets, or what the client's OPT record allows, up to the image's maximum (RFC 6891 §6.2.3).
    case udp
    /// 65,535 octets (RFC 1035 §4.2.2).
    case tcp
}
