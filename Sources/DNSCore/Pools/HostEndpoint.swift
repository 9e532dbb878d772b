// A target that is given by a host name. Which addresses that has is found out while the program runs, and put in here:
// a pool whose hosts have moved is another definition.

/// A host name, and what it resolves to at one moment.
public struct HostEndpoint: Hashable, Sendable {
    public var name: DomainName
    /// Whether it is answered as the addresses that it has, and not as a CNAME.
    public var isFlattened: Bool
    /// Each is probed as a member of its own. None: not known, or not needed.
    public var addresses: [IPAddress]
    /// The most seconds that clients may keep the addresses.
    public var timeToLive: UInt32

    public init(
        _ name: DomainName, isFlattened: Bool = false, addresses: [IPAddress] = [], timeToLive: UInt32 = .max
    ) {
        self.name = name
        self.isFlattened = isFlattened
        self.addresses = addresses
        self.timeToLive = timeToLive
    }
}

extension TargetDefinition {
    /// What answers carry of it as A and AAAA.
    var answeredAddresses: [IPAddress] {
        switch endpoint {
        case .addresses(let addresses): addresses
        case .host(let host): host.isFlattened ? host.addresses : []
        case .pool: []
        }
    }

    /// Whether it should be answered with addresses, and none is known.
    var lacksAddresses: Bool {
        if case .host(let host) = endpoint { host.isFlattened && host.addresses.isEmpty } else { false }
    }

    /// The most seconds that clients may keep its addresses; nil where nothing limits that.
    var addressTimeToLive: UInt32? {
        if case .host(let host) = endpoint, host.isFlattened { host.timeToLive } else { nil }
    }
}

extension PoolPlan {
    /// Whether somebody should be answered with, but nobody who is has an address: then a client may try another name
    /// server, while the answer that there is no address would be kept.
    var lacksAddresses: Bool { !leaves.isEmpty && leaves.allSatisfy(\.target.lacksAddresses) }

    /// The most seconds that clients may keep the addresses of hosts among its leaves.
    var addressTimeToLive: UInt32 {
        (leaves + serviceLeaves).compactMap(\.target.addressTimeToLive).min() ?? TimeToLiveCap.none
    }
}
