// SRV, SVCB and HTTPS records that are made from a pool: their targets, priorities and address hints follow health.

extension ZoneContents {
    /// Adds the records of a set that is made from a pool, and addresses of the hosts that they name, room permitting.
    /// - Returns: false if nobody is there to be named.
    func appendMade(
        _ set: RecordSet, _ placement: Placement, _ apexPosition: Int, _ image: borrowing ServingImage,
        _ health: borrowing HealthSnapshot, _ steering: inout Steering, _ answer: inout Answer,
        _ response: inout OutputSpan<UInt8>
    ) -> Bool {
        let pool = Int(references[Int(set.references) + MadeSet.pool])
        let selection = health.selection(of: pool, for: &steering.asker)
        answer.note(selection)
        if set.type == .srv {
            guard selection.serviceCount > 0 else { return false }
            let picks = ServicePicks(selection, pool: pool, image, health, &steering)
            appendServices(set, picks, selection, placement.position, health, &answer, &response)
            return true
        }
        guard selection.v4.addressCount > 0 || selection.v6.addressCount > 0 else { return false }
        let start = response.count
        guard appendBinding(set, selection, pool, placement.position, image, health, &steering, &answer, &response)
        else { return true }
        for index in 0..<Int(set.hostCount) {
            let reference = Int(set.references) + Int(set.pointerCount) + index * 2
            let place = references[reference]
            let position = place == RecordSet.ownerPlace ? placement.position : start + Int(place)
            guard position < 0x4000 else { return true }
            _ = appendAddresses(
                of: node(Int(references[reference + 1])), position, apexPosition, image, health, &steering, &answer,
                &response)
        }
        return true
    }

    /// Adds one SRV record for each pick (RFC 2782); then the targets' addresses in service.
    private func appendServices(
        _ set: RecordSet, _ picks: ServicePicks, _ selection: HealthSnapshot.Selection, _ ownerPosition: Int,
        _ health: borrowing HealthSnapshot, _ answer: inout Answer, _ response: inout OutputSpan<UInt8>
    ) {
        let header = 2 + RecordSet.fixedLength
        var length = 0
        for rank in 0..<picks.count { length += header + 6 + Int(health.services[picks[rank]].host.count) }
        guard answer.roomLeft(response) >= length else { return answer.truncate() }
        let port = references[Int(set.references) + MadeSet.port]
        let timeToLive = min(set.timeToLive, selection.timeToLiveCap)
        var position = response.count
        for rank in 0..<picks.count {
            let service = health.services[picks[rank]]
            answer.appendRecord(
                .srv, ownerPosition: ownerPosition, timeToLive: timeToLive, dataLength: 6 + Int(service.host.count),
                to: .answer, into: &response)
            response.append(integer: selection.order == .client ? UInt16(rank) : service.priority)
            response.append(integer: UInt32(service.weight) << 16 | port)
            health.hosts.append(from: Int(service.host.start), count: Int(service.host.count), to: &response)
        }
        guard references[Int(set.references) + MadeSet.isLocal] == 1 else { return }
        for rank in 0..<picks.count {
            let service = health.services[picks[rank]]
            let host = position + header + 6
            position = host + Int(service.host.count)
            guard host < 0x4000 else { return }
            answer.append(addresses: service.v4, .v4, of: host, timeToLive, health, &response)
            answer.append(addresses: service.v6, .v6, of: host, timeToLive, health, &response)
        }
    }

    /// Adds one SVCB or HTTPS record: what is stored of it, with the hints in between (RFC 9460 §2.2, §7.3).
    /// - Returns: false if there is no room for it.
    private func appendBinding(
        _ set: RecordSet, _ selection: HealthSnapshot.Selection, _ pool: Int, _ ownerPosition: Int,
        _ image: borrowing ServingImage, _ health: borrowing HealthSnapshot, _ steering: inout Steering,
        _ answer: inout Answer, _ response: inout OutputSpan<UInt8>
    ) -> Bool {
        let limit4 = min(Int(selection.answers), Int(selection.v4.addressCount))
        let limit6 = min(Int(selection.answers), Int(selection.v6.addressCount))
        let hints = (limit4 > 0 ? 4 + 4 * limit4 : 0) + (limit6 > 0 ? 4 + 16 * limit6 : 0)
        guard answer.roomLeft(response) >= 2 + RecordSet.fixedLength + Int(set.length) + hints else {
            answer.truncate()
            return false
        }
        let head = Int(references[Int(set.references) + MadeSet.headLength])
        let middle = Int(references[Int(set.references) + MadeSet.middleLength])
        let start = Int(set.start)
        answer.appendRecord(
            set.type, ownerPosition: ownerPosition, timeToLive: min(set.timeToLive, selection.timeToLiveCap),
            dataLength: 0, to: .answer, into: &response)
        let data = response.count
        octets.append(from: start, count: head, to: &response)
        answer.appendHints(.v4, selection, pool, limit4, image, health, &steering, &response)
        octets.append(from: start + head, count: middle, to: &response)
        answer.appendHints(.v6, selection, pool, limit6, image, health, &steering, &response)
        octets.append(from: start + head + middle, count: Int(set.length) - head - middle, to: &response)
        response.store(UInt16(response.count - data), at: data - 2)
        return true
    }
}

extension Answer {
    /// Adds `ipv4hint` or `ipv6hint`: addresses as the policy picks them for A or AAAA.
    fileprivate mutating func appendHints(
        _ family: HealthSnapshot.Family, _ selection: HealthSnapshot.Selection, _ pool: Int, _ limit: Int,
        _ image: borrowing ServingImage, _ health: borrowing HealthSnapshot, _ steering: inout Steering,
        _ response: inout OutputSpan<UInt8>
    ) {
        guard limit > 0 else { return }
        let group = family == .v4 ? selection.v4 : selection.v6
        let key: UInt32 = family == .v4 ? 4 : 6
        response.append(integer: key << 16)
        let start = response.count
        appendPicked(
            group, selection.order, pool: pool, limit: limit, AddressWriter(hintsOf: family), image, health, &steering,
            &response)
        // There may be fewer than the limit: who has no weight is left out.
        response.store(UInt16(response.count - start), at: start - 2)
    }

    /// Adds the addresses of a host to the additional section, if there is room for all of one family.
    fileprivate mutating func append(
        addresses: HealthSnapshot.Choice, _ family: HealthSnapshot.Family, of host: Int, _ timeToLive: UInt32,
        _ health: borrowing HealthSnapshot, _ response: inout OutputSpan<UInt8>
    ) {
        let writer = AddressWriter(family: family, ownerPosition: host, section: .additional, timeToLive: timeToLive)
        guard roomLeft(response) >= Int(addresses.count) * writer.recordLength else { return }
        for index in 0..<addresses.count { writer.append(addresses.start + index, health, to: &self, &response) }
    }
}

/// Which of a selection's services are answered with, and in which order: 8 of 64 at most, so they fit one integer.
struct ServicePicks {
    private var packed: UInt64 = 0
    private let first: Int
    private(set) var count = 0

    /// The index in `HealthSnapshot.services` of the pick with this rank.
    subscript(rank: Int) -> Int { first + Int(packed >> UInt64(rank * 8) & 0xff) }

    init(
        _ selection: HealthSnapshot.Selection, pool: Int, _ image: borrowing ServingImage,
        _ health: borrowing HealthSnapshot, _ steering: inout Steering
    ) {
        first = Int(selection.firstService)
        let total = Int(selection.serviceCount)
        let limit = min(total, Int(selection.serviceAnswers))
        guard selection.order != .client else {
            pick(limit, of: total, for: steering.asker.stickyKey(), health)
            return
        }
        // Clients weigh the targets of the first priority themselves. Where there is only one priority, all take turns,
        // for clients that do not, and where there are more than fit.
        let isEven = health.services[first].priority == health.services[first + total - 1].priority
        let turn = isEven ? image.rotation.ticket(pool: pool, .service, taking: steering.turn) % UInt64(total) : 0
        for rank in 0..<limit { append((Int(turn) + rank) % total) }
    }

    /// In the order of the client's draws; who is preferred comes before all others.
    private mutating func pick(_ limit: Int, of total: Int, for client: UInt64, _ health: borrowing HealthSnapshot) {
        var taken: UInt64 = 0
        for _ in 0..<limit {
            var best = -1
            var bestDraw = 0.0
            for index in 0..<total where taken >> UInt64(index) & 1 == 0 {
                let service = health.services[first + index]
                let draw = service.affinity.draw(for: client)
                let isBetter =
                    best < 0 || service.priority < health.services[first + best].priority
                    || service.priority == health.services[first + best].priority && draw < bestDraw
                if isBetter { (best, bestDraw) = (index, draw) }
            }
            taken |= 1 << UInt64(best)
            append(best)
        }
    }

    private mutating func append(_ index: Int) {
        packed |= UInt64(index) << UInt64(count * 8)
        count += 1
    }
}
