// Tells definitions of a pool apart, also those that another run of the program had. Field by field, as it is taken at each
// change of a state: what Swift prints of a value is found by reflection, which takes a hundred times as long.

extension PoolDefinition {
    /// The same for equal definitions, on all machines; 16 hexadecimal digits. How long the addresses of host names are good
    /// is not part of it: name servers say that anew each time.
    public var fingerprint: String {
        var sum = Checksum()
        sum.add(name)
        sum.add(policy.rawValue)
        sum.add(answers ?? 0)
        sum.add(service)
        for target in targets { sum.add(target) }
        sum.add(targets.count)
        for entry in preferences.entries {
            sum.add(entry.network.address)
            sum.add(entry.network.length)
            for target in entry.targets { sum.add(target) }
            sum.add(entry.targets.count)
        }
        let digits = String(Affinity.mix(sum.value), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// FNV-1a over whatever it is given. What has no fixed length is followed by its length.
private struct Checksum {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(octet: UInt8) { value = (value ^ UInt64(octet)) &* 0x100_0000_01b3 }

    mutating func add(_ number: some FixedWidthInteger) {
        for shift in stride(from: 0, to: UInt64.bitWidth, by: 8) {
            add(octet: UInt8(truncatingIfNeeded: UInt64(truncatingIfNeeded: number) >> UInt64(shift)))
        }
    }

    mutating func add(_ text: String) {
        for octet in text.utf8 { add(octet: octet) }
        add(text.utf8.count)
    }

    mutating func add(_ name: DomainName) {
        for octet in name.wire { add(octet: octet) }
        add(name.wire.count)
    }

    mutating func add(_ addresses: [IPAddress]) {
        for address in addresses { add(address) }
        add(addresses.count)
    }

    mutating func add(_ address: IPAddress) {
        switch address {
        case .v4(let value):
            add(octet: 4)
            add(value)
        case .v6(let high, let low):
            add(octet: 6)
            add(high)
            add(low)
        }
    }

    mutating func add(_ target: TargetDefinition) {
        add(target.name)
        switch target.endpoint {
        case .addresses(let addresses):
            add(octet: 0)
            add(addresses)
        case .host(let host):
            add(octet: host.isFlattened ? 1 : 2)
            add(host.name)
            add(host.addresses)
        case .pool(let pool):
            add(octet: pool.hasHosts ? 3 : 4)
            add(pool.name)
        }
        add(target.weight)
        add(target.tier)
        add(target.ownName ?? .root)
    }

    mutating func add(_ rules: ServiceRules) {
        switch rules.minimumHealthy {
        case .count(let count):
            add(octet: 0)
            add(count)
        case .percent(let percent):
            add(octet: 1)
            add(percent)
        }
        add(rules.whenAllDown.rawValue)
        switch rules.degraded {
        case .last: add(octet: 0)
        case .equal: add(octet: 10)
        case .lowerWeight(let tenths): add(octet: tenths)
        }
        switch rules.backup {
        case nil: add(octet: 0)
        case .pool(let name):
            add(octet: 1)
            add(name)
        case .addresses(let addresses):
            add(octet: 2)
            add(addresses)
        case .host(let name):
            add(octet: 3)
            add(name)
        }
    }
}
