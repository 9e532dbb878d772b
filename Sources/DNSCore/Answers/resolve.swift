// From the question to its RRsets: the zone, the node, and CNAMEs followed through our zones (RFC 1034 §4.3.2 steps 2
// to 6, RFC 6604 for the code of a chain).

/// The most names that one answer looks up. Longer chains of CNAMEs end there.
private var maximumSteps: Int { 12 }

/// The names that an answer has looked up, by their hashes.
private struct Seen {
    private var hashes = InlineArray<12, UInt64>(repeating: 0)
    private var count = 0

    /// - Returns: whether it was not there.
    mutating func insert(_ hash: UInt64) -> Bool {
        for index in 0..<count where hashes[index] == hash { return false }
        hashes[count] = hash
        count += 1
        return true
    }
}

/// Fills `answer` for the name in `scratch`.
func resolve(
    _ query: Query, _ image: borrowing ServingImage, _ health: borrowing HealthSnapshot, _ scratch: inout Scratch,
    _ answer: inout Answer, _ response: inout OutputSpan<UInt8>
) {
    guard var zone = findZone(for: query.type, of: scratch.name, image) else {
        answer.code = .refused
        return
    }
    guard !image.isUnavailable(zone) else {
        answer.code = .serverFailure
        return
    }
    var placement = Placement(question: scratch.name)
    var seen = Seen()
    for _ in 0..<maximumSteps {
        // An answer has each record once (RFC 2181 §5), so a loop ends where it closes.
        guard seen.insert(scratch.name.hash(ofSuffix: 0)) else { return }
        guard
            let next = image[zone].answer(query, placement, image, health, &scratch, &answer, &response)
        else { return }
        placement = next
        // A chain that leaves our zones, or the loaded ones, ends there.
        guard let enclosing = findZone(for: query.type, of: scratch.name, image), !image.isUnavailable(enclosing)
        else { return }
        zone = enclosing
    }
}

/// The zone that has the records of this type of `name`: the one that encloses it, but of a zone's apex the DS records
/// are in the zone above (RFC 4035 §3.1.4.1).
private func findZone(for type: RecordType, of name: borrowing QueryName, _ image: borrowing ServingImage) -> Int? {
    guard let zone = image.zone(enclosing: name) else { return nil }
    guard type == .ds, name[0] != 0, image.isApex(name, of: zone) else { return zone }
    return image.zone(enclosing: name, from: name.suffix(after: 0)) ?? zone
}

extension ZoneContents {
    /// Adds what this zone has to the answer.
    /// - Returns: where the target of a CNAME that must be followed stands; its name is in `scratch` then.
    borrowing func answer(
        _ query: Query, _ placement: Placement, _ image: borrowing ServingImage, _ health: borrowing HealthSnapshot,
        _ scratch: inout Scratch, _ answer: inout Answer, _ response: inout OutputSpan<UInt8>
    ) -> Placement? {
        let apexPosition = placement.position(ofSuffix: scratch.name.length - apexWire.count)
        switch lookup(scratch.name, query.type) {
        case .node(let index):
            answer.isAuthoritative = true
            let node = nodes[index]
            if node.traits.contains(.hasPool) {
                let pool = sets[Int(node.firstSet)]
                if node.traits.contains(.hasHostPool) {
                    return answer.appendHost(pool, query.type, placement, image, health, &scratch, &response)
                }
                if answer.appendAddresses(pool, query.type, placement, image, health, &scratch, &response) {
                    return nil
                }
            }
            if node.traits.contains(.hasAlias), query.type != .cname, query.type != .any {
                return follow(node, placement, apexPosition, &scratch, &answer, &response)
            }
            guard query.type != .pool, let set = set(of: node, query.type), set.type != .pool else {
                deny(.noError, apexPosition, &answer, &response)
                return nil
            }
            appendWithHosts(set, placement.position, apexPosition, to: .answer, &answer, &response)
        case .redirection(let node, let suffix):
            answer.isAuthoritative = true
            return redirect(
                nodes[node], suffix, query.type, placement, apexPosition, &scratch, &answer, &response)
        case .delegation(let cut, let suffix):
            guard let servers = set(of: nodes[cut], .ns) else { return nil }
            appendWithHosts(
                servers, placement.position(ofSuffix: suffix), apexPosition, to: .authority, &answer, &response)
        case .nameError:
            answer.isAuthoritative = true
            deny(.nameError, apexPosition, &answer, &response)
        }
        return nil
    }

    /// Says no: the code, and SOA for how long to remember it (RFC 2308 §2).
    private borrowing func deny(
        _ code: ResponseCode, _ apexPosition: Int, _ answer: inout Answer, _ response: inout OutputSpan<UInt8>
    ) {
        answer.code = code
        if answer.append(
            negativeSOA, of: self, ownerPosition: apexPosition, apexPosition: apexPosition, to: .authority,
            into: &response) == nil
        {
            answer.truncate()
        }
    }

    /// Adds a node's CNAME and makes its target the name to look up next.
    private borrowing func follow(
        _ node: Node, _ placement: Placement, _ apexPosition: Int, _ scratch: inout Scratch, _ answer: inout Answer,
        _ response: inout OutputSpan<UInt8>
    ) -> Placement? {
        guard let alias = set(of: node, .cname) else { return nil }
        guard
            let start = answer.append(
                alias, of: self, ownerPosition: placement.position, apexPosition: apexPosition, to: .answer,
                into: &response)
        else {
            answer.truncate()
            return nil
        }
        let data = 2 + RecordSet.fixedLength
        let isCompressed = alias.apexPointerCount == 1
        let literalLength = Int(alias.length) - data - (isCompressed ? 2 : 0)
        let source = Int(alias.start) + data
        scratch.name.set(octets, from: source, count: literalLength)
        if isCompressed { scratch.name.set(apexWire, from: 0, count: apexWire.count, at: literalLength) }
        return Placement(position: start + data, literalLength: literalLength, tailPosition: apexPosition)
    }

    /// Adds a set and, room permitting, the addresses of the hosts that it names. Glue, without which a delegation
    /// leads nowhere, must go along or be asked for over TCP (RFC 9471 §3).
    private borrowing func appendWithHosts(
        _ set: RecordSet, _ ownerPosition: Int, _ apexPosition: Int, to section: Answer.Section,
        _ answer: inout Answer, _ response: inout OutputSpan<UInt8>
    ) {
        guard
            let start = answer.append(
                set, of: self, ownerPosition: ownerPosition, apexPosition: apexPosition, to: section, into: &response)
        else { return answer.truncate() }
        var reference = Int(set.references) + Int(set.apexPointerCount)
        for _ in 0..<Int(set.hostCount) {
            let position = start + Int(references[reference])
            let host = nodes[Int(references[reference + 1])]
            reference += 2
            // A pointer reaches no further than 14 bits.
            guard position < 0x4000 else { return }
            for index in Int(host.firstSet)..<Int(host.firstSet) + Int(host.setCount) {
                let addresses = sets[index]
                guard addresses.type == .a || addresses.type == .aaaa else { continue }
                if answer.append(
                    addresses, of: self, ownerPosition: position, apexPosition: apexPosition, to: .additional,
                    into: &response) == nil
                {
                    if section == .authority, host.traits.contains(.isOccluded) || host.traits.contains(.isCut) {
                        answer.truncate()
                    }
                    return
                }
            }
        }
    }
}
