// DNS cookies that several servers of one name can share: client cookie, then version, time and SipHash-2-4 over both
// and the client's address (RFC 7873, RFC 9018 §4).

/// The 16 octets that make server cookies; the same on all servers behind one address or one set of NS records.
public struct CookieSecret: BitwiseCopyable, Hashable, Sendable {
    private let low: UInt64
    private let high: UInt64

    /// - Parameter octets: 16 of them; nil if there are more or fewer.
    public init?(_ octets: some Collection<UInt8>) {
        guard octets.count == 16 else { return nil }
        let words = octets.enumerated().reduce(into: [UInt64](repeating: 0, count: 2)) { words, octet in
            words[octet.offset / 8] |= UInt64(octet.element) << UInt64(octet.offset % 8 * 8)
        }
        low = words[0]
        high = words[1]
    }

    /// One that nobody else has.
    public static func random() -> CookieSecret {
        var generator = SystemRandomNumberGenerator()
        return CookieSecret(low: generator.next(), high: generator.next())
    }

    private init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    /// The hash of a server cookie whose first eight octets are `header`; all integers as they stand in the message.
    func hash(client cookie: UInt64, header: UInt64, address: IPAddress) -> UInt64 {
        var hash = SipHash(key: (low, high))
        hash.combine(cookie.byteSwapped)
        hash.combine(header.byteSwapped)
        switch address {
        case .v4(let octets):
            return hash.finish(UInt64(octets.byteSwapped), octets: 4).byteSwapped
        case .v6(let first, let second):
            hash.combine(first.byteSwapped)
            hash.combine(second.byteSwapped)
            return hash.finish().byteSwapped
        }
    }
}

/// The COOKIE option that an answer carries, and what the query's was worth.
struct Cookie {
    private var client: UInt64 = 0
    private var header: UInt64 = 0
    private var hash: UInt64 = 0
    private(set) var standing = CookieStanding.absent

    init() {}

    /// Octets of the option with its code and length.
    static var optionLength: Int { 4 + 24 }

    /// Judges a query's cookie and makes the answer's.
    /// - Parameters:
    ///   - now: seconds since 1970, of which the lower 32 bits count (RFC 9018 §4.3).
    ///   - image: has at least one secret. The first makes new cookies, all are good for judging (RFC 9018 §5).
    init(
        _ message: borrowing Span<UInt8>, _ option: EDNS.OptionData, from address: IPAddress, now: UInt32,
        _ image: borrowing ServingImage
    ) {
        client = message.integer(at: option.offset, as: UInt64.self)
        standing = option.length == 8 ? .clientOnly : .invalid
        if option.length == 24 {
            header = message.integer(at: option.offset + 8, as: UInt64.self)
            hash = message.integer(at: option.offset + 16, as: UInt64.self)
            let age = Int32(bitPattern: now &- UInt32(truncatingIfNeeded: header))
            // Version 1; an hour old at most, and no more than five minutes ahead of our clock (RFC 9018 §4.3).
            if header >> 56 == 1, -300...3600 ~= age {
                for index in 0..<image.cookieSecrets.count
                where image.cookieSecrets[index].hash(client: client, header: header, address: address) == hash {
                    standing = .valid
                    // A fresh one of the newest secret is given back as it is for half an hour.
                    if index == 0, age <= 1800 { return }
                }
            }
        }
        header = 1 << 56 | UInt64(now)
        hash = image.cookieSecrets[0].hash(client: client, header: header, address: address)
    }

    func append(to response: inout OutputSpan<UInt8>) {
        response.append(integer: UInt32(OptionCode.cookie) << 16 | 24)
        response.append(integer: client)
        response.append(integer: header)
        response.append(integer: hash)
    }
}
