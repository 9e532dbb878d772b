// Values for address prefixes, found by the longest that holds an address. IPv4 addresses are looked up as IPv6-mapped
// ones (RFC 4291 §2.5.5.2), so one table serves both.

/// An address and how many of its leading bits count.
public struct AddressPrefix: Hashable, Sendable {
    public let address: IPAddress
    /// 0 to 32, or 0 to 128.
    public let length: Int

    /// Nil if the length is out of range, or a bit after it is set.
    public init?(_ address: IPAddress, length: Int) {
        self.address = address
        self.length = length
        guard 0...(address.isV6 ? 128 : 32) ~= length, range.lowerBound == address.mapped else { return nil }
    }

    /// Reads `192.0.2.0/24`, `2001:db8::/32`, or an address alone.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, let address = IPAddress(parts[0]) else { return nil }
        guard parts.count == 2 else {
            self.init(address, length: address.isV6 ? 128 : 32)
            return
        }
        guard parts[1].utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let length = Int(parts[1]) else { return nil }
        self.init(address, length: length)
    }

    /// The mapped addresses that it holds.
    var range: ClosedRange<UInt128> {
        let free = (address.isV6 ? 128 : 32) - length
        let mask: UInt128 = free >= 128 ? .max : (1 << UInt128(free)) - 1
        let first = address.mapped & ~mask
        return first...(first | mask)
    }
}

extension IPAddress {
    /// As 128 bits; IPv4 as ::ffff:0:0/96.
    @inline(__always)
    var mapped: UInt128 {
        switch self {
        case .v4(let value): 0xffff_0000_0000 | UInt128(value)
        case .v6(let high, let low): UInt128(high) << 64 | UInt128(low)
        }
    }
}

/// A fixed set of prefixes, each with a number.
struct PrefixTable: ~Copyable, Sendable {
    /// Where runs of addresses with the same value start, in order; a run ends where the next starts.
    private(set) var starts: [UInt128] = []
    private(set) var values: [UInt16] = []

    /// What addresses outside of all prefixes have.
    static var none: UInt16 { .max }

    /// - Parameter entries: of two that are the same prefix, the last counts.
    init(_ entries: [(prefix: AddressPrefix, value: UInt16)]) {
        // Prefixes are nested or apart, so those that are open at an address form a stack.
        let sorted = entries.enumerated().sorted { left, right in
            let (first, second) = (left.element.prefix.range, right.element.prefix.range)
            if first.lowerBound != second.lowerBound { return first.lowerBound < second.lowerBound }
            if first.upperBound != second.upperBound { return first.upperBound > second.upperBound }
            return left.offset < right.offset
        }
        var open: [(end: UInt128, value: UInt16)] = []
        for (_, entry) in sorted {
            close(&open, before: entry.prefix.range.lowerBound)
            start(at: entry.prefix.range.lowerBound, entry.value)
            open.append((entry.prefix.range.upperBound, entry.value))
        }
        close(&open, before: nil)
    }

    /// Runs that other tables have made, several tables one after the other.
    init(starts: [UInt128], values: [UInt16]) {
        precondition(starts.count == values.count, "each run has a value")
        self.starts = starts
        self.values = values
    }

    /// Ends the runs that end before `address`, the innermost first.
    private mutating func close(_ open: inout [(end: UInt128, value: UInt16)], before address: UInt128?) {
        while let last = open.last, address.map({ last.end < $0 }) ?? true {
            open.removeLast()
            if last.end < .max { start(at: last.end + 1, open.last?.value ?? Self.none) }
        }
    }

    private mutating func start(at address: UInt128, _ value: UInt16) {
        if starts.last == address {
            values[values.count - 1] = value
        } else {
            starts.append(address)
            values.append(value)
        }
    }

    /// The value of the longest prefix that holds `address`.
    borrowing func value(for address: IPAddress) -> UInt16 {
        let next = end(of: address.mapped, in: 0..<starts.count)
        return next == 0 ? Self.none : values[next &- 1]
    }

    /// The value for an address in one of several tables.
    /// - Parameter table: which of the runs are that table's.
    /// - Returns: the value, and how many leading bits of the address decide it: all addresses that share them have it.
    borrowing func decision(for address: UInt128, in table: Range<Int>) -> (value: UInt16, depth: Int) {
        let next = end(of: address, in: table)
        var depth = 0
        var value = Self.none
        if next > table.lowerBound {
            value = values[next &- 1]
            let first = starts[next &- 1]
            if first > 0 { depth = (address ^ (first &- 1)).leadingZeroBitCount &+ 1 }
        }
        if next < table.upperBound { depth = max(depth, (address ^ starts[next]).leadingZeroBitCount &+ 1) }
        return (value, depth)
    }

    /// The first run of a table that starts after an address.
    @inline(__always)
    private borrowing func end(of address: UInt128, in table: Range<Int>) -> Int {
        var low = table.lowerBound
        var high = table.upperBound
        while low < high {
            let middle = (low &+ high) >> 1
            if starts[middle] <= address { low = middle &+ 1 } else { high = middle }
        }
        return low
    }
}
