// Where domain names stand in RDATA, for the types whose names may be compressed (RFC 3597 §4) or whose target's
// addresses go along in the additional section (RFC 1034 §4.3.2 step 6, RFC 2782, RFC 9460 §4.1). For all other types RDATA is opaque.

/// Which names the RDATA of a type holds.
struct RecordDataLayout {
    /// Octets before the first name, and how many names follow one another.
    var prefix: Int
    var nameCount: Int
    /// Whether a receiver must understand compression here: the types of RFC 1035, no others.
    var isCompressible: Bool
    /// Whether the last name is a host whose addresses a client will ask for next.
    var namesHost: Bool

    init?(_ type: RecordType) {
        switch type.rawValue {
        case 2: self.init(isCompressible: true, namesHost: true)  // NS
        case 3, 4, 5, 7, 8, 9, 12: self.init(isCompressible: true)  // MD MF CNAME MB MG MR PTR
        case 6, 14: self.init(nameCount: 2, isCompressible: true)  // SOA MINFO
        case 15: self.init(prefix: 2, isCompressible: true, namesHost: true)  // MX
        case 33: self.init(prefix: 6, isCompressible: false, namesHost: true)  // SRV
        case 64, 65: self.init(prefix: 2, isCompressible: false, namesHost: true)  // SVCB HTTPS
        default: return nil
        }
    }

    private init(prefix: Int = 0, nameCount: Int = 1, isCompressible: Bool, namesHost: Bool = false) {
        self.prefix = prefix
        self.nameCount = nameCount
        self.isCompressible = isCompressible
        self.namesHost = namesHost
    }

    /// Whether the root as host stands for the owner: SVCB and HTTPS in ServiceMode (RFC 9460 §2.5.2).
    static func meansOwner(_ type: RecordType, _ data: some Collection<UInt8>) -> Bool {
        (type.rawValue == 64 || type.rawValue == 65) && data.prefix(2).contains { $0 != 0 }
            && data.dropFirst(2).first == 0
    }

    /// The ranges of the names in `data`; nil if they do not fit it.
    func names(in data: some RandomAccessCollection<UInt8>) -> [Range<Int>]? {
        let octets = Array(data)
        var ranges: [Range<Int>] = []
        var offset = prefix
        for _ in 0..<nameCount {
            let start = offset
            while offset < octets.count, octets[offset] != 0 { offset += 1 + Int(octets[offset]) }
            offset += 1
            guard offset <= octets.count else { return nil }
            ranges.append(start..<offset)
        }
        return ranges
    }
}
