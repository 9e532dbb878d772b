// Where a target's probes differ from its pool's.

public import DNSCore

/// What one target of a pool has of its own.
public struct TargetProbing: Hashable, Sendable {
    /// Instead of the pool's; nil: those.
    public var checks: [CheckDefinition]?
    /// Probed in place of the target's addresses, in their order, or one in place of all: behind address translation, or
    /// from the inside. Empty: the addresses that are answered.
    public var addresses: [IPAddress]

    public init(checks: [CheckDefinition]? = nil, addresses: [IPAddress] = []) {
        self.checks = checks
        self.addresses = addresses
    }

    /// What is probed in place of the target's address number `index`; nil: that address.
    public func address(at index: Int) -> IPAddress? {
        addresses.count == 1 ? addresses[0] : addresses.indices.contains(index) ? addresses[index] : nil
    }
}
