// From the question to its RRsets: the zone, the node, and CNAMEs followed through our zones (RFC 1034 §4.3.2 steps 2
// to 6, RFC 6604 for the code of a chain).

/// The most names that one answer looks up: 16 CNAMEs and their target. Longer chains end there.
var maximumSteps: Int { 17 }

/// Fills `answer` for the name in `scratch`.
@inline(__always)
func resolve(
    _ query: borrowing Query, _ image: borrowing ServingImage, _ health: borrowing HealthSnapshot,
    _ scratch: inout AnswerScratch, _ answer: inout Answer, _ response: inout OutputSpan<UInt8>
) {
    guard var place = query.place else {
        answer.code = .refused
        answer.error = .notAuthoritative
        return
    }
    scratch.summary.zone = image.countedNumber(of: place.zone)
    guard !image.isUnavailable(place.zone) else {
        answer.code = .serverFailure
        answer.error = .invalidData
        return
    }
    let hash = scratch.name.hash
    answer.subject = hash
    var placement = Placement(question: scratch.name)
    scratch.seen.removeAll()
    for step in 0..<maximumSteps {
        // An answer has each record once (RFC 2181 §5), so a loop ends where it closes.
        if step > 0 {
            if step == 1 { _ = scratch.seen.insert(hash) }
            guard scratch.seen.insert(scratch.name.hash) else { return }
        }
        guard
            let next = image[place.zone].answer(
                query, place.entry, placement, image, health, &scratch, &answer, &response)
        else { return }
        placement = next
        // A chain that leaves our zones, or the loaded ones, ends there.
        guard let next = NamePlace(of: scratch.name, query.type, image), !image.isUnavailable(next.zone) else { return }
        place = next
    }
}

extension ZoneContents {
    /// Adds what this zone has to the answer.
    /// - Parameter entry: the `likelyEntry` of the name.
    /// - Returns: where the target of a CNAME that must be followed stands; its name is in `scratch` then.
    func answer(
        _ query: borrowing Query, _ entry: Int, _ placement: Placement, _ image: borrowing ServingImage,
        _ health: borrowing HealthSnapshot, _ scratch: inout AnswerScratch, _ answer: inout Answer,
        _ response: inout OutputSpan<UInt8>
    ) -> Placement? {
        let apexPosition = placement.position(ofSuffix: scratch.name.length - apexWire.count)
        let result = lookup(scratch.name, query.type, entry)
        switch result {
        case .node(let index), .wildcard(let index):
            answer.isAuthoritative = true
            // All that one wildcard (or a cut, or a DNAME) answers is of one kind for the rate limit.
            if case .wildcard = result { answer.subject = identifier(of: index) }
            let node = node(index)
            if node.traits.contains(.hasPool) {
                let pool = set(0, of: node)
                let selection = health.pools[Int(pool.start)]
                if selection.fails, query.type.isAnsweredByPools || node.traits.contains(.hasHostPool) {
                    answer.fail(selection)
                    return nil
                }
                if node.traits.contains(.hasHostPool), selection.host.count > 0 {
                    return answer.appendHost(pool, query.type, placement, image, health, &scratch, &response)
                }
                if answer.appendAddresses(
                    pool, query.type, ownerPosition: placement.position, to: .answer, image, health, &scratch.steering,
                    &response)
                {
                    return nil
                }
            }
            if node.traits.contains(.hasAlias), !query.type.standsBesideAlias {
                return follow(node, placement, apexPosition, &scratch, &answer, &response)
            }
            guard query.type != .pool, let set = set(of: node, query.type), set.type != .pool else {
                deny(.noError, apexPosition, &answer, &response)
                return nil
            }
            if set.isMade {
                let selection = health.pools[Int(references[Int(set.references) + MadeSet.pool])]
                if selection.fails {
                    answer.fail(selection)
                } else if !appendMade(
                    set, placement, apexPosition, image, health, &scratch.steering, &answer, &response)
                {
                    deny(.noError, apexPosition, &answer, &response)
                }
                return nil
            }
            appendWithHosts(
                set, placement.position, apexPosition, to: .answer, image, health, &scratch.steering, &answer, &response
            )
        case .redirection(let node, let label):
            answer.isAuthoritative = true
            answer.subject = identifier(of: node)
            return redirect(
                self.node(node), label, query.type, placement, apexPosition, &scratch, &answer, &response)
        case .delegation(let cut, let label):
            guard let servers = set(of: node(cut), .ns) else { return nil }
            answer.subject = identifier(of: cut)
            appendWithHosts(
                servers, placement.position(ofSuffix: scratch.name.start(ofLabel: label)), apexPosition, to: .authority,
                image, health, &scratch.steering, &answer, &response)
        case .nameError:
            answer.isAuthoritative = true
            answer.subject = identifier(of: Int(apex))
            deny(.nameError, apexPosition, &answer, &response)
        }
        return nil
    }

    /// Says no: the code, and SOA for how long to remember it (RFC 2308 §2).
    private func deny(
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
    private func follow(
        _ node: Node, _ placement: Placement, _ apexPosition: Int, _ scratch: inout AnswerScratch,
        _ answer: inout Answer,
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
        let isCompressed = alias.pointerCount == 1
        let literalLength = Int(alias.length) - data - (isCompressed ? 2 : 0)
        let source = Int(alias.start) + data
        if isCompressed {
            scratch.name.set(octets, from: source, count: literalLength, tail: apexWire)
        } else {
            scratch.name.set(octets, from: source, count: literalLength)
        }
        return Placement(position: start + data, literalLength: literalLength, tailPosition: apexPosition)
    }

    /// Adds a set and, room permitting, the addresses of the hosts that it names. Glue, without which a delegation
    /// leads nowhere, must go along or be asked for over TCP (RFC 9471 §3).
    private func appendWithHosts(
        _ set: RecordSet, _ ownerPosition: Int, _ apexPosition: Int, to section: Answer.Section,
        _ image: borrowing ServingImage, _ health: borrowing HealthSnapshot, _ steering: inout Steering,
        _ answer: inout Answer, _ response: inout OutputSpan<UInt8>
    ) {
        guard
            let start = answer.append(
                set, of: self, ownerPosition: ownerPosition, apexPosition: apexPosition, to: section, into: &response)
        else { return answer.truncate() }
        var reference = Int(set.references) + Int(set.pointerCount)
        for _ in 0..<Int(set.hostCount) {
            let place = references[reference]
            let host = node(Int(references[reference + 1]))
            reference += 2
            let position = place == RecordSet.ownerPlace ? ownerPosition : start + Int(place)
            // A pointer reaches no further than 14 bits.
            guard position < 0x4000 else { return }
            guard appendAddresses(of: host, position, apexPosition, image, health, &steering, &answer, &response) else {
                if section == .authority, host.traits.contains(.isOccluded) || host.traits.contains(.isCut) {
                    answer.truncate()
                }
                return
            }
        }
    }

    /// Adds the addresses of a host to the additional section.
    /// - Returns: false if there is no room for them all.
    func appendAddresses(
        of host: Node, _ position: Int, _ apexPosition: Int, _ image: borrowing ServingImage,
        _ health: borrowing HealthSnapshot, _ steering: inout Steering, _ answer: inout Answer,
        _ response: inout OutputSpan<UInt8>
    ) -> Bool {
        for index in 0..<host.setCount {
            let set = set(index, of: host)
            if set.type == .pool {
                for family in 0..<2 {
                    _ = answer.appendAddresses(
                        set, family == 0 ? .a : .aaaa, ownerPosition: position, to: .additional, image, health,
                        &steering,
                        &response)
                }
            } else if set.type == .a || set.type == .aaaa {
                guard
                    answer.append(
                        set, of: self, ownerPosition: position, apexPosition: apexPosition, to: .additional,
                        into: &response) != nil
                else { return false }
            }
        }
        return true
    }
}

extension Answer {
    /// Nobody is in service, and that is not to be hidden.
    fileprivate mutating func fail(_ selection: HealthSnapshot.Selection) {
        code = .serverFailure
        error = .noTarget
        note(selection)
    }
}

extension RecordType {
    /// Whether a POOL with addresses has records of this type.
    var isAnsweredByPools: Bool { self == .a || self == .aaaa || self == .any }

    /// Whether the CNAME of a name is not followed for this question: it is the answer, or RRSIG and NSEC are asked for,
    /// which stand beside it (RFC 2181 §10.1, RFC 4035 §2.5).
    fileprivate var standsBesideAlias: Bool {
        switch rawValue {
        case 5, 46, 47, 255: true
        default: false
        }
    }
}
