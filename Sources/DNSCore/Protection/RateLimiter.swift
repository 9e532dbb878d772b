// Response rate limiting: a server must not be the amplifier of an attack on somebody else, so answers of one kind to
// one network are counted. As in BIND, Knot and NSD: a token bucket for each network and kind of answer; of the answers
// above the rate some are sent truncated, so that real clients come back over TCP, and the others not at all.

import Synchronization

/// How many answers of one kind a network may get over UDP.
public struct RateLimit: Hashable, Sendable {
    /// For each name that exists; for names that do not, for each zone; for errors, in all. 1 to 100,000.
    public var responsesPerSecond: Int
    /// Seconds for which a network that asked too much must be quiet to be served again, at most; 1 to 60.
    public var window: Int
    /// Every how manieth answer above the rate is sent truncated; 0 for none, 1 for all.
    public var slip: Int
    /// How many leading bits of an address are one network.
    public var prefixLength4: Int
    public var prefixLength6: Int
    /// Networks that are never limited.
    public var exempt: [AddressPrefix]

    public init(
        responsesPerSecond: Int, window: Int = 15, slip: Int = 2, prefixLength4: Int = 24, prefixLength6: Int = 56,
        exempt: [AddressPrefix] = []
    ) {
        self.responsesPerSecond = responsesPerSecond
        self.window = window
        self.slip = slip
        self.prefixLength4 = prefixLength4
        self.prefixLength6 = prefixLength6
        self.exempt = exempt
    }
}

/// Counts answers; shared by all workers. Without a limit it has no memory and counts nothing.
@safe
struct RateLimiter: ~Copyable, @unchecked Sendable {
    let slip: Int
    private let rate: Int
    private let floor: Int
    private let mask4: UInt128
    private let mask6: UInt128
    private let exempt: PrefixTable
    /// Differs from process to process, so that nobody can know whose bucket a name shares.
    private let seed = UInt64.random(in: .min ... .max)
    /// Marked place: `Array` cannot hold atomics. Each slot has a tag (16 bits), the second of its last answer (24 bits)
    /// and its balance (24 bits, signed); 0 is free.
    private let slots: UnsafeMutablePointer<Atomic<UInt64>>
    private let slotCount: Int

    /// 2 MB.
    private static let slotCount = 1 << 18

    init(_ limit: RateLimit?) {
        slip = limit?.slip ?? 0
        rate = limit?.responsesPerSecond ?? 0
        floor = -rate * (limit?.window ?? 0)
        let network = { (length: Int) in ~UInt128(0) << UInt128(128 - length) }
        mask4 = limit.map { network(96 + $0.prefixLength4) } ?? 0
        mask6 = limit.map { network($0.prefixLength6) } ?? 0
        exempt = PrefixTable((limit?.exempt ?? []).map { ($0, 0) })
        slotCount = limit == nil ? 0 : Self.slotCount
        unsafe slots = .allocate(capacity: max(1, slotCount))
        for index in 0..<slotCount { unsafe (slots + index).initialize(to: Atomic(0)) }
    }

    deinit {
        unsafe slots.deinitialize(count: slotCount)
        unsafe slots.deallocate()
    }

    /// Counts one answer.
    /// - Parameters:
    ///   - subject: what distinguishes this kind of answer from others.
    ///   - now: in seconds.
    /// - Returns: whether it is within the rate.
    func admits(_ subject: UInt64, to address: IPAddress, now: UInt32) -> Bool {
        guard slotCount > 0, exempt.value(for: address) == PrefixTable.none else { return true }
        let network = address.mapped & (address.isV6 ? mask6 : mask4)
        var hash = NameHash()
        hash.combine(seed ^ UInt64(truncatingIfNeeded: network >> 64))
        hash.combine(UInt64(truncatingIfNeeded: network))
        hash.combine(subject)
        return take(hash.value, now)
    }

    private func take(_ hash: UInt64, _ now: UInt32) -> Bool {
        // 0 would be a free slot.
        let tag = hash >> 48 | 1
        let slot = slot(Int(truncatingIfNeeded: hash) & (slotCount - 1), tag, now)
        // Another worker may count at the same time; after some tries the answer goes uncounted.
        for _ in 0..<4 {
            let old = unsafe slots[slot].load(ordering: .relaxed)
            var balance = rate
            if old >> 48 == tag {
                let kept = Int(Int64(bitPattern: old << 40) >> 40)
                balance = min(rate, kept + Self.seconds(since: old, now) * rate)
            }
            balance = max(floor, balance - 1)
            let new = tag << 48 | UInt64(now & 0xff_ffff) << 24 | UInt64(truncatingIfNeeded: balance) & 0xff_ffff
            if unsafe slots[slot].compareExchange(expected: old, desired: new, ordering: .relaxed).exchanged {
                return balance >= 0
            }
        }
        return true
    }

    /// The slot that has this tag, or else the one of two that has been quiet for longer.
    private func slot(_ index: Int, _ tag: UInt64, _ now: UInt32) -> Int {
        let other = index ^ 1
        let first = unsafe slots[index].load(ordering: .relaxed)
        let second = unsafe slots[other].load(ordering: .relaxed)
        if first >> 48 == tag || first == 0 { return index }
        if second >> 48 == tag || second == 0 { return other }
        return Self.seconds(since: first, now) >= Self.seconds(since: second, now) ? index : other
    }

    /// How long ago a slot was used; 0 if that seems to lie ahead.
    @inline(__always)
    private static func seconds(since slot: UInt64, _ now: UInt32) -> Int {
        let elapsed = (Int(now) - Int(slot >> 24)) & 0xff_ffff
        return elapsed < 0x80_0000 ? elapsed : 0
    }
}
