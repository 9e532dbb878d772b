// What an answer takes from a pool.

/// A pool under one question.
struct PoolUse {
    enum Kind: Equatable {
        /// A, AAAA, or ANY.
        case addresses(RecordType)
        /// A CNAME.
        case hosts
        /// SRV records.
        case services
        /// The address hints of an HTTPS or SVCB record.
        case hints
    }

    var pool: Int
    /// Of the record that names the pool, in seconds.
    var timeToLive: UInt32
    var kind: Kind

    /// The groups of a selection that the answer is picked from.
    func groups(of selection: HealthSnapshot.Selection) -> [(HealthSnapshot.Group, HealthSnapshot.Family)] {
        switch kind {
        case .addresses(.a): [(selection.v4, .v4)]
        case .addresses(.aaaa): [(selection.v6, .v6)]
        case .addresses: selection.v4.count > 0 ? [(selection.v4, .v4)] : [(selection.v6, .v6)]
        case .hosts: [(selection.host, .host)]
        case .hints: [(selection.v4, .v4), (selection.v6, .v6)]
        case .services: []
        }
    }

    /// Whether an address, or a host name, can be part of such an answer.
    func takes(_ endpoint: TargetDefinition.Endpoint, member: Int) -> Bool {
        guard case .addresses(let addresses) = endpoint else { return true }
        switch kind {
        case .addresses(.a): return !addresses[member].isV6
        case .addresses(.aaaa): return addresses[member].isV6
        case .addresses, .hosts, .services, .hints: return true
        }
    }
}
