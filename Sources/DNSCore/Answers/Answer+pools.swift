// Pools: the policy over the health snapshot picks addresses, or one host name, and they are written as records.

extension Answer {
    /// Adds the pool's addresses of the type that is asked for; for ANY those of the family that it has.
    /// - Returns: whether there were any (or no room for them).
    mutating func appendAddresses(
        _ set: RecordSet, _ type: RecordType, ownerPosition: Int, to section: Section, _ image: borrowing ServingImage,
        _ health: borrowing HealthSnapshot, _ random: inout RandomSource, _ response: inout OutputSpan<UInt8>
    ) -> Bool {
        let pool = Int(set.start)
        let selection = health.pools[pool]
        let family: Rotation.Family
        switch type {
        case .a: family = .v4
        case .aaaa: family = .v6
        case .any: family = selection.v4.count > 0 ? .v4 : .v6
        default: return false
        }
        let group = family == .v4 ? selection.v4 : selection.v6
        guard group.addressCount > 0 else { return false }
        let writer = AddressWriter(
            family: family, ownerPosition: ownerPosition, section: section,
            timeToLive: min(set.timeToLive, selection.timeToLiveCap))
        let limit = min(Int(selection.answers), Int(group.addressCount))
        guard roomLeft(response) >= limit * writer.recordLength else {
            // Additional addresses may be left out (RFC 2181 §9).
            if section == .answer { truncate() }
            return true
        }
        if selection.isWeighted {
            appendWeighted(group, limit: limit, writer, health, &random, &response)
        } else {
            // Nothing to take turns, nothing to count: the counter is shared by all workers.
            let ticket = group.addressCount == 1 ? 0 : image.rotation.ticket(pool: pool, family)
            var address = UInt32(truncatingIfNeeded: ticket) % group.addressCount
            for _ in 0..<limit {
                writer.append(group.firstAddress + address, health, to: &self, &response)
                address = address + 1 == group.addressCount ? 0 : address + 1
            }
        }
        return true
    }

    /// Adds the addresses of targets drawn by weight, each target at most once.
    private mutating func appendWeighted(
        _ group: HealthSnapshot.Group, limit: Int, _ writer: AddressWriter, _ health: borrowing HealthSnapshot,
        _ random: inout RandomSource, _ response: inout OutputSpan<UInt8>
    ) {
        var draw = WeightedDraw(group)
        var written = 0
        for _ in 0..<min(limit, Int(group.count)) {
            guard let index = draw.next(health, &random) else { return }
            let choice = health.choices[index]
            // A target with several addresses shows another first each time.
            var address = UInt32(random.next(below: UInt64(choice.count)))
            for _ in 0..<choice.count where written < limit {
                writer.append(choice.start + address, health, to: &self, &response)
                address = address + 1 == choice.count ? 0 : address + 1
                written += 1
            }
        }
    }

    /// Adds a CNAME to one of the pool's hosts, which is the name to look up next unless the CNAME was asked for.
    mutating func appendHost(
        _ set: RecordSet, _ type: RecordType, _ placement: Placement, _ image: borrowing ServingImage,
        _ health: borrowing HealthSnapshot, _ scratch: inout Scratch, _ response: inout OutputSpan<UInt8>
    ) -> Placement? {
        let pool = Int(set.start)
        let selection = health.pools[pool]
        let group = selection.host
        let index: Int
        if selection.isWeighted {
            var draw = WeightedDraw(group)
            guard let drawn = draw.next(health, &scratch.random) else { return nil }
            index = drawn
        } else {
            guard group.count > 0 else { return nil }
            let ticket = group.count == 1 ? 0 : image.rotation.ticket(pool: pool, .host)
            index = Int(group.start + UInt32(truncatingIfNeeded: ticket) % group.count)
        }
        let host = health.choices[index]
        let length = Int(host.count)
        guard roomLeft(response) >= 2 + RecordSet.fixedLength + length else {
            truncate()
            return nil
        }
        appendRecord(
            .cname, ownerPosition: placement.position, timeToLive: min(set.timeToLive, selection.timeToLiveCap),
            dataLength: length, to: .answer, into: &response)
        let position = response.count
        health.hosts.append(from: Int(host.start), count: length, to: &response)
        guard type != .cname, type != .any else { return nil }
        scratch.name.set(health.hosts, from: Int(host.start), count: length)
        return Placement(position: position, literalLength: length, tailPosition: 0)
    }
}

/// Writes A or AAAA records of one name.
struct AddressWriter {
    var family: Rotation.Family
    var ownerPosition: Int
    var section: Answer.Section
    var timeToLive: UInt32

    init(family: Rotation.Family, ownerPosition: Int, section: Answer.Section, timeToLive: UInt32) {
        self.family = family
        self.ownerPosition = ownerPosition
        self.section = section
        self.timeToLive = timeToLive
    }

    var recordLength: Int { 2 + RecordSet.fixedLength + (family == .v4 ? 4 : 16) }

    func append(
        _ address: UInt32, _ health: borrowing HealthSnapshot, to answer: inout Answer,
        _ response: inout OutputSpan<UInt8>
    ) {
        if family == .v4 {
            answer.appendRecord(
                .a, ownerPosition: ownerPosition, timeToLive: timeToLive, dataLength: 4, to: section,
                into: &response)
            response.append(integer: health.addresses4[Int(address)])
        } else {
            answer.appendRecord(
                .aaaa, ownerPosition: ownerPosition, timeToLive: timeToLive, dataLength: 16, to: section,
                into: &response)
            let octets = health.addresses6[Int(address)]
            response.append(integer: octets.x)
            response.append(integer: octets.y)
        }
    }
}
