// Compression pointers in stored RDATA (RFC 1035 §4.1.4): known at load, but for where in a message the set lands.

/// A place in an RRset whose two octets point at something, packed in 32 bits.
struct NamePointer: BitwiseCopyable {
    let packed: UInt32

    enum Target {
        case apex
        /// The owner of the set.
        case owner
        /// So many octets after the set's start: a name in an earlier record of it.
        case name(Int)
    }

    @inline(__always)
    init(packed: UInt32) { self.packed = packed }

    /// - Parameter place: octets after the set's start.
    init(at place: Int, to target: Target) {
        let bits: UInt32 =
            switch target {
            case .apex: 0
            case .owner: 1 << 30
            case .name(let offset): 2 << 30 | UInt32(offset) << 16
            }
        packed = bits | UInt32(place)
    }

    @inline(__always)
    var place: Int { Int(packed & 0xffff) }

    /// The pointer for a set that starts at `start`.
    @inline(__always)
    func octets(start: Int, ownerPosition: Int, apexPosition: Int) -> UInt16 {
        let position =
            switch packed >> 30 {
            case 0: apexPosition
            case 1: ownerPosition
            default: start + Int(packed >> 16 & 0x3fff)
            }
        return 0xc000 | UInt16(truncatingIfNeeded: position)
    }

    /// Names further into a set are not pointed at, so that pointers reach them (14 bits) wherever it lands.
    static var reach: Int { 0x1000 }
    /// A set with pointers must start before this.
    static var lastStart: Int { 0x4000 - reach }
}
