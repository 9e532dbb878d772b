// Who is answered at all, by address.

/// Networks that are allowed or denied; of several that hold an address, the longest prefix decides.
public struct AccessList: Sendable {
    private let table: PrefixTable
    private let allowsOthers: Bool
    /// Whether who is denied gets no answer at all, instead of REFUSED.
    let drops: Bool

    private static var allowed: UInt16 { 0 }

    /// - Parameters:
    ///   - allow: if these are all there are, everybody else is denied.
    ///   - deny: counts where the same prefix is in `allow` too.
    ///   - drops: whether who is denied gets no answer at all, instead of REFUSED.
    public init(allow: [AddressPrefix] = [], deny: [AddressPrefix] = [], drops: Bool = false) {
        table = PrefixTable(allow.map { ($0, Self.allowed) } + deny.map { ($0, 1) })
        allowsOthers = allow.isEmpty || !deny.isEmpty
        self.drops = drops
    }

    @inline(__always)
    borrowing func allows(_ address: IPAddress) -> Bool {
        if table.isEmpty { return true }
        let value = table.value(for: address)
        return value == Self.allowed || value == PrefixTable.none && allowsOthers
    }
}
