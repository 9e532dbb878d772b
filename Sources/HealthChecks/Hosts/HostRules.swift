// How host names of targets are resolved, as the operator wrote it.

public import DNSCore
public import Resolving

/// Whom to ask, and for how long an answer may be relied upon.
public struct HostRules: Hashable, Sendable {
    /// Nil for the system's name servers.
    public var resolvers: ResolverSettings?
    /// How long addresses are kept when a name cannot be resolved any more.
    public var keep: Duration
    /// Names whose addresses need not be looked up: what the zones that are served here say of them.
    public var known: [DomainName: HostLookup]

    public init(
        resolvers: ResolverSettings? = nil, keep: Duration = .seconds(3600), known: [DomainName: HostLookup] = [:]
    ) {
        self.resolvers = resolvers
        self.keep = keep
        self.known = known
    }
}
