// What is known of the addresses of one host name, and when to ask again: at the end of the TTL while name servers
// answer; and while they do not, more and more patiently, with the last addresses kept for a bounded time (after RFC 8767,
// whose days are too long where an address may be another customer's tomorrow). Pure: the time is a parameter.

internal import DNSCore
internal import Resolving

/// The addresses of a host name, of both families.
struct HostState: Hashable, Sendable {
    /// Asked no more often, and no more seldom, whatever the TTL says.
    static let shortestRefresh = Duration.seconds(5)
    static let longestRefresh = Duration.seconds(3600)
    /// How long after a failed lookup comes the next: the first of these doubled each time, up to the last.
    static let firstRetry = Duration.seconds(5)
    static let lastRetry = Duration.seconds(60)
    /// The TTL, in seconds, of addresses that are kept although they could not be looked up again (RFC 8767 §4).
    static let keptTimeToLive: UInt32 = 30
    /// The most addresses of one family that are used.
    static let mostAddresses = 8

    /// What is known of one family.
    fileprivate struct Family: Hashable, Sendable {
        /// In an order that does not depend on the answer's.
        var addresses: [IPAddress] = []
        var timeToLive = UInt32.max
        var problem: String?
    }

    private var v4 = Family()
    private var v6 = Family()
    /// Who last told an address, and when; nil: nobody yet.
    private(set) var source: String?
    private(set) var resolved: Instant?
    /// Since when lookups have failed; nil if the last one has not.
    private(set) var failingSince: Instant?
    private var failures = 0
    /// Until when the addresses are kept while lookups fail.
    private(set) var keptUntil: Instant?
    /// When to look again; nil: never, as the answer is a part of the configuration.
    private(set) var next: Instant?
    private(set) var lookupCount = 0

    /// What a lookup has changed.
    enum Change: Hashable, Sendable {
        case nothing
        /// It is the first that fails after one that did not.
        case failing
        /// It is the first that does not fail after some that did.
        case recovered
    }

    var addresses: [IPAddress] { v4.addresses + v6.addresses }

    /// The most seconds that clients may keep the addresses.
    var timeToLive: UInt32 {
        let families = [v4, v6].filter { !$0.addresses.isEmpty }
        let limits = families.map { $0.problem == nil ? $0.timeToLive : min($0.timeToLive, Self.keptTimeToLive) }
        return max(limits.min() ?? 0, UInt32(Self.shortestRefresh.components.seconds))
    }

    /// Why the last lookup failed, in words; nil if it has not.
    var problem: String? {
        switch (v4.problem, v6.problem) {
        case (let first?, let second?): first == second ? first : "A: \(first); AAAA: \(second)"
        case (let first?, nil): "A: \(first)"
        case (nil, let second?): "AAAA: \(second)"
        case (nil, nil): nil
        }
    }

    var isFailing: Bool { failingSince != nil }
}

// MARK: Lookups

extension HostState {
    /// Takes what a lookup has found.
    /// - Parameter keep: how long addresses outlive the first lookup that fails.
    mutating func record(
        _ lookup: HostLookup, keep: Duration, at now: Instant, using generator: inout some RandomNumberGenerator
    ) -> Change {
        lookupCount += 1
        let lookup = lookup.withoutAddressIsFailure
        let wasFailing = isFailing
        let fails = Self.fails(lookup.v4, v4, other: lookup.v6) || Self.fails(lookup.v6, v6, other: lookup.v4)
        failingSince = fails ? failingSince ?? now : nil
        keptUntil = failingSince.map { $0 + keep }
        let isKept = keptUntil.map { now < $0 } ?? true
        v4.take(lookup.v4, isKept: isKept)
        v6.take(lookup.v6, isKept: isKept)
        if ![v4, v6].contains(where: { $0.problem != nil && !$0.addresses.isEmpty }) { keptUntil = nil }
        if lookup.hasAddresses {
            source = lookup.source
            resolved = now
        }
        failures = fails ? failures + 1 : 0
        next = now + delay(using: &generator)
        if let keptUntil, keptUntil > now { next = next.map { min($0, keptUntil) } }
        return fails == wasFailing ? .nothing : fails ? .failing : .recovered
    }

    /// What the configuration says from the start.
    init(known lookup: HostLookup) {
        self.init()
        _ = record(known: lookup, at: .now)
    }

    /// Takes what the configuration says.
    mutating func record(known lookup: HostLookup, at now: Instant) -> Change {
        var generator = SystemRandomNumberGenerator()
        let change = record(lookup, keep: .zero, at: now, using: &generator)
        next = nil
        return change
    }

    /// Whether it matters that a family could not be looked up: if it had addresses, or the other one has none. (Some name
    /// servers fail to answer for a family that a name does not have.)
    private static func fails(_ part: HostLookup.Part, _ known: Family, other: HostLookup.Part) -> Bool {
        guard case .failed = part else { return false }
        if case .addresses = other { return !known.addresses.isEmpty }
        return true
    }

    /// How long until the next lookup. Spread out, so that names with one TTL are not all asked for at once.
    private func delay(using generator: inout some RandomNumberGenerator) -> Duration {
        guard failures == 0 else {
            let retry = min(Self.firstRetry * (1 << min(failures - 1, 10)), Self.lastRetry)
            return retry * Double.random(in: 1...1.1, using: &generator)
        }
        let lifetimes = [v4, v6].filter { !$0.addresses.isEmpty }.map(\.timeToLive)
        let lifetime = Duration.seconds(Int64(lifetimes.min() ?? 0))
        let refresh = min(max(lifetime, Self.shortestRefresh), Self.longestRefresh)
        // Afterwards, and not before: then a name server's memory has forgotten the answer too.
        return refresh + min(refresh / 20, .seconds(10)) * Double.random(in: 0...1, using: &generator)
    }
}

extension HostState.Family {
    fileprivate mutating func take(_ part: HostLookup.Part, isKept: Bool) {
        switch part {
        case .addresses(let new, let limit):
            let ordered = new.sorted { $0.octets.lexicographicallyPrecedes($1.octets) }
            self = Self(addresses: Array(ordered.prefix(HostState.mostAddresses)), timeToLive: limit)
        case .none: self = Self()
        case .failed(let text):
            problem = text
            if !isKept { addresses = [] }
        }
    }
}

extension HostLookup {
    fileprivate var hasAddresses: Bool {
        if case .addresses = v4 { return true }
        if case .addresses = v6 { return true }
        return false
    }

    /// The same, but that a name which has no address at all has failed to resolve: there is nothing to go to.
    fileprivate var withoutAddressIsFailure: HostLookup {
        guard case .none = v4, case .none = v6 else { return self }
        let text = HostLookup.Part.failed("no address" + (source.isEmpty ? "" : ", says \(source)"))
        return HostLookup(v4: text, v6: text, source: source)
    }
}
