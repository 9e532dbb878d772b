// Who is answered at all, by address.

/// Networks that are allowed or denied; of several that hold an address, the longest prefix decides.
public struct AccessList: Hashable, Sendable {
    /// If these are all there are, everybody else is denied.
    public var allow: [AddressPrefix]
    /// Counts where the same prefix is in `allow` too.
    public var deny: [AddressPrefix]
    /// Whether who is denied gets no answer at all, instead of REFUSED.
    public var drops: Bool

    public init(allow: [AddressPrefix] = [], deny: [AddressPrefix] = [], drops: Bool = false) {
        self.allow = allow
        self.deny = deny
        self.drops = drops
    }
}

/// An access list as queries look at it.
struct AccessTable: ~Copyable, Sendable {
    let drops: Bool
    private let isEmpty: Bool
    private let table: PrefixTable
    private let allowsOthers: Bool

    private static var allowed: UInt16 { 0 }

    init(_ list: AccessList) {
        drops = list.drops
        isEmpty = list.allow.isEmpty && list.deny.isEmpty
        table = PrefixTable(list.allow.map { ($0, Self.allowed) } + list.deny.map { ($0, 1) })
        allowsOthers = list.allow.isEmpty || !list.deny.isEmpty
    }

    @inline(__always)
    borrowing func allows(_ address: IPAddress) -> Bool {
        if isEmpty { return true }
        let value = table.value(for: address)
        return value == Self.allowed || value == PrefixTable.none && allowsOthers
    }
}
