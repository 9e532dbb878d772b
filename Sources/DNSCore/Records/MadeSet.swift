// A stored set whose records are not in the zone but made from a pool when they are asked for: SRV, SVCB, HTTPS. Its
// octets are what is known at load; of its references the first words say how to use them.

extension RecordSet {
    /// Whether it is one. A POOL of addresses is not: it has a type of its own.
    @inline(__always)
    var isMade: Bool { recordCount == 0 && type != .pool }
}

/// The words of a made set, in `ZoneContents.references` from `RecordSet.references` on; `RecordSet.pointerCount` many.
struct MadeSet {
    /// All sets: the number of the pool.
    static var pool: Int { 0 }
    /// SRV: the port; and 1 if the targets' names lie in the zone, whose answers may have their addresses.
    static var port: Int { 1 }
    static var isLocal: Int { 2 }
    /// SVCB and HTTPS: how many of the set's octets come before `ipv4hint`, and how many of the others before
    /// `ipv6hint`.
    static var headLength: Int { 1 }
    static var middleLength: Int { 2 }
}
