// When two RDATA are the same record: names in them compare without regard to case, for the types of RFC 4034 §6.2 as
// RFC 6840 §5.1 corrects it (not NSEC, and not types that came later). All else compares octet by octet.

enum CanonicalData {
    /// Whether two RDATA of one type are the same.
    static func areEqual(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>, _ type: RecordType) -> Bool {
        guard left.count == right.count else { return false }
        return left == right || foldsCase(type) && octets(left, type) == octets(right, type)
    }

    /// RDATA with its names in lower case.
    static func octets(_ data: ArraySlice<UInt8>, _ type: RecordType) -> [UInt8] {
        var octets = Array(data)
        guard let range = names(in: octets, type) else { return octets }
        // Lengths of labels are below 64, and so are no letters.
        for index in range { octets[index] = DomainName.canonical(octets[index]) }
        return octets
    }

    /// Whether RDATA of this type has names that compare without regard to case.
    static func foldsCase(_ type: RecordType) -> Bool { firstName(in: [], type) != nil }

    /// Where the names are, which stand in a row; nil if there are none or they do not fit the data.
    private static func names(in data: [UInt8], _ type: RecordType) -> Range<Int>? {
        guard let (start, count) = firstName(in: data, type) else { return nil }
        var end = start
        for _ in 0..<count {
            while end < data.count, data[end] != 0 { end += 1 + Int(data[end]) }
            end += 1
        }
        return end <= data.count ? start..<end : nil
    }

    /// Where the first name starts, and how many there are.
    private static func firstName(in data: [UInt8], _ type: RecordType) -> (start: Int, count: Int)? {
        switch type.rawValue {
        case 2, 3, 4, 5, 7, 8, 9, 12, 30, 39: (0, 1)  // NS MD MF CNAME MB MG MR PTR NXT DNAME
        case 6, 14, 17: (0, 2)  // SOA MINFO RP
        case 15, 18, 21, 36: (2, 1)  // MX AFSDB RT KX
        case 26: (2, 2)  // PX
        case 33: (6, 1)  // SRV
        case 24, 46: (18, 1)  // SIG RRSIG
        case 35: (afterStrings(3, in: data, from: 4), 1)  // NAPTR
        case 38: afterPrefix(in: data)  // A6
        default: nil
        }
    }

    /// The octet after `count` character strings (RFC 1035 §3.3).
    private static func afterStrings(_ count: Int, in data: [UInt8], from start: Int) -> Int {
        (0..<count).reduce(start) { offset, _ in offset < data.count ? offset + 1 + Int(data[offset]) : offset }
    }

    /// An A6 has a prefix length, the address bits after the prefix, and a name if there is a prefix (RFC 2874 §3.1.1).
    private static func afterPrefix(in data: [UInt8]) -> (start: Int, count: Int) {
        let bits = Int(data.first ?? 0)
        return (1 + (128 - min(bits, 128) + 7) / 8, bits == 0 ? 0 : 1)
    }
}
