// What a POOL record of a zone file asks for: addresses, or records that carry them.

/// The records that a name with a POOL answers with.
public enum PoolRecordKind: Hashable, Sendable {
    /// A and AAAA; CNAME if the pool's targets are host names.
    case addresses
    /// SRV, one for each target (RFC 2782); the port is the same for all.
    case services(port: UInt16)
    /// SVCB or HTTPS, one record whose address hints are the pool's (RFC 9460 §7.3).
    /// - data: its RDATA without hints, in ServiceMode, the parameters in the order of their keys.
    case binding(RecordType, data: [UInt8])

    /// The type of the records; `pool` for addresses, which can be of several types.
    var type: RecordType {
        switch self {
        case .addresses: .pool
        case .services: .srv
        case .binding(let type, _): type
        }
    }

    /// What is stored beside the pool's name.
    var data: [UInt8] {
        switch self {
        case .addresses: []
        case .services(let port): [UInt8(port >> 8), UInt8(port & 0xff)]
        case .binding(_, let data): data
        }
    }
}

extension RecordType {
    public static var svcb: RecordType { RecordType(rawValue: 64) }
    public static var https: RecordType { RecordType(rawValue: 65) }
}

/// The RDATA of an SVCB or HTTPS record without address hints, cut where the hints belong.
public struct BindingData: Hashable, Sendable {
    /// Priority, target, and parameters with keys below `ipv4hint`.
    let head: ArraySlice<UInt8>
    /// Parameters between the two hints.
    let middle: ArraySlice<UInt8>
    let tail: ArraySlice<UInt8>
    /// The target's octets in `head`.
    let target: Range<Int>
    public let isAliasMode: Bool
    /// Whether it has hints of its own, or says that a client must understand them (RFC 9460 §8).
    public let namesHints: Bool

    private static var mandatoryKey: UInt16 { 0 }
    private static var ipv4HintKey: UInt16 { 4 }
    private static var ipv6HintKey: UInt16 { 6 }

    /// - Returns: nil if the data is not whole, or its keys are not in order.
    public init?(_ data: [UInt8]) {
        guard let name = RecordDataLayout(.svcb)?.names(in: data)?.last else { return nil }
        let number = { (offset: Int) in UInt16(data[offset]) << 8 | UInt16(data[offset + 1]) }
        target = name
        isAliasMode = number(0) == 0
        var bounds = (first: name.upperBound, second: name.upperBound)
        var offset = name.upperBound
        var last = -1
        var hasHints = false
        while offset < data.count {
            guard offset + 4 <= data.count else { return nil }
            let key = number(offset)
            let end = offset + 4 + Int(number(offset + 2))
            guard end <= data.count, Int(key) > last else { return nil }
            last = Int(key)
            if key == Self.ipv4HintKey || key == Self.ipv6HintKey { hasHints = true }
            if key == Self.mandatoryKey {
                for entry in stride(from: offset + 4, to: end - 1, by: 2)
                where [Self.ipv4HintKey, Self.ipv6HintKey].contains(number(entry)) {
                    hasHints = true
                }
            }
            if key < Self.ipv4HintKey { bounds.first = end }
            if key < Self.ipv6HintKey { bounds.second = end }
            offset = end
        }
        namesHints = hasHints
        head = data[..<bounds.first]
        middle = data[bounds.first..<bounds.second]
        tail = data[bounds.second...]
    }
}
