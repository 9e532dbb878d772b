// Pools: the policy over the health snapshot picks addresses, or one host name, and they are written as records.

extension Answer {
    /// Adds the pool's addresses of the type that is asked for; for ANY those of the family that it has.
    /// - Returns: whether there were any (or no room for them).
    mutating func appendAddresses(
        _ set: RecordSet, _ type: RecordType, ownerPosition: Int, to section: Section, _ image: borrowing ServingImage,
        _ health: borrowing HealthSnapshot, _ steering: inout Steering, _ response: inout OutputSpan<UInt8>
    ) -> Bool {
        let pool = Int(set.start)
        let selection = health.selection(of: pool, for: &steering.asker)
        let family: HealthSnapshot.Family
        switch type {
        case .a: family = .v4
        case .aaaa: family = .v6
        case .any: family = selection.v4.count > 0 ? .v4 : .v6
        default: return false
        }
        if section == .answer { note(selection) }
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
        appendPicked(group, selection.order, pool: pool, limit: limit, writer, image, health, &steering, &response)
        return true
    }

    /// Writes addresses of a group in the order that the policy wants, `limit` at most. There is room for them.
    mutating func appendPicked(
        _ group: HealthSnapshot.Group, _ order: HealthSnapshot.Order, pool: Int, limit: Int, _ writer: AddressWriter,
        _ image: borrowing ServingImage, _ health: borrowing HealthSnapshot, _ steering: inout Steering,
        _ response: inout OutputSpan<UInt8>
    ) {
        switch order {
        case .rotation:
            // Nothing to take turns, nothing to count: the counter is shared by all workers.
            let ticket =
                group.addressCount == 1 ? 0 : image.rotation.ticket(pool: pool, writer.use, taking: steering.turn)
            var address = UInt32(truncatingIfNeeded: ticket) % group.addressCount
            for _ in 0..<limit {
                writer.append(group.firstAddress + address, health, to: &self, &response)
                address = address + 1 == group.addressCount ? 0 : address + 1
            }
        case .weight:
            let turn = steering.turns.next(pool: pool, writer.use, below: group.totalWeight)
            let first = health.choice(of: group, at: turn)
            var left = append(health.choices[first], limit, .weight, &steering.random, writer, health, &response)
            guard left > 0, group.count > 1 else { return }
            var draw = WeightedDraw(group, after: first, health)
            while left > 0, let index = draw.next(health, &steering.random) {
                left = append(health.choices[index], left, .weight, &steering.random, writer, health, &response)
            }
        case .client:
            var sticky = StickyOrder(group, client: steering.asker.stickyKey())
            var left = limit
            while left > 0, let index = sticky.next(health) {
                left = append(health.choices[index], left, .client, &steering.random, writer, health, &response)
            }
        }
    }

    /// Writes the addresses of one target, `limit` at most. If it has several, another comes first each time, but to
    /// clients that stick to their target.
    /// - Returns: how many more may be written.
    private mutating func append(
        _ choice: HealthSnapshot.Choice, _ limit: Int, _ order: HealthSnapshot.Order, _ random: inout RandomSource,
        _ writer: AddressWriter, _ health: borrowing HealthSnapshot, _ response: inout OutputSpan<UInt8>
    ) -> Int {
        var address: UInt32 = 0
        if choice.count > 1, order == .weight { address = UInt32(random.next(below: UInt64(choice.count))) }
        let count = min(limit, Int(choice.count))
        for _ in 0..<count {
            writer.append(choice.start + address, health, to: &self, &response)
            address = address + 1 == choice.count ? 0 : address + 1
        }
        return limit - count
    }

    /// Adds a CNAME to one of the pool's hosts, which is the name to look up next unless the CNAME was asked for.
    mutating func appendHost(
        _ set: RecordSet, _ type: RecordType, _ placement: Placement, _ image: borrowing ServingImage,
        _ health: borrowing HealthSnapshot, _ scratch: inout AnswerScratch, _ response: inout OutputSpan<UInt8>
    ) -> Placement? {
        let pool = Int(set.start)
        let selection = health.selection(of: pool, for: &scratch.steering.asker)
        note(selection)
        guard selection.host.count > 0 else { return nil }
        let host = health.choices[pickHost(selection, pool: pool, image, health, &scratch.steering)]
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

    private func pickHost(
        _ selection: HealthSnapshot.Selection, pool: Int, _ image: borrowing ServingImage,
        _ health: borrowing HealthSnapshot, _ steering: inout Steering
    ) -> Int {
        let group = selection.host
        switch selection.order {
        case .rotation:
            guard group.count > 1 else { return Int(group.start) }
            let ticket = UInt32(truncatingIfNeeded: image.rotation.ticket(pool: pool, .host, taking: steering.turn))
            return Int(group.start + ticket % group.count)
        case .weight:
            return health.choice(of: group, at: steering.turns.next(pool: pool, .host, below: group.totalWeight))
        case .client:
            var sticky = StickyOrder(group, client: steering.asker.stickyKey())
            return sticky.next(health) ?? Int(group.start)
        }
    }
}

/// Writes addresses: as A or AAAA records of one name, or by themselves.
struct AddressWriter {
    var family: HealthSnapshot.Family
    var ownerPosition: Int
    var section: Answer.Section
    var timeToLive: UInt32
    /// Whether they are the value of an `ipv4hint` or `ipv6hint` (RFC 9460 §7.3).
    var isHint = false

    init(family: HealthSnapshot.Family, ownerPosition: Int, section: Answer.Section, timeToLive: UInt32) {
        self.family = family
        self.ownerPosition = ownerPosition
        self.section = section
        self.timeToLive = timeToLive
    }

    /// For hints.
    init(hintsOf family: HealthSnapshot.Family) {
        self.init(family: family, ownerPosition: 0, section: .answer, timeToLive: 0)
        isHint = true
    }

    /// Whose turn counts.
    var use: Rotation.Use {
        if isHint { return family == .v4 ? .hint4 : .hint6 }
        if section == .answer { return family == .v4 ? .v4 : .v6 }
        return family == .v4 ? .additional4 : .additional6
    }

    var addressLength: Int { family == .v4 ? 4 : 16 }
    var recordLength: Int { 2 + RecordSet.fixedLength + addressLength }

    @inline(__always)
    func append(
        _ address: UInt32, _ health: borrowing HealthSnapshot, to answer: inout Answer,
        _ response: inout OutputSpan<UInt8>
    ) {
        if !isHint {
            answer.appendRecord(
                family == .v4 ? .a : .aaaa, ownerPosition: ownerPosition, timeToLive: timeToLive,
                dataLength: addressLength, to: section, into: &response)
        }
        if family == .v4 {
            response.append(integer: health.addresses4[Int(address)])
        } else {
            let octets = health.addresses6[Int(address)]
            response.append(integer: octets.x)
            response.append(integer: octets.y)
        }
    }
}
