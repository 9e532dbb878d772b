// A set of a zone as it is stored, for people: what the zone file says, not what is answered.

/// The records of one name and type, or a POOL.
public struct StoredSet: Sendable {
    public enum Source: Sendable {
        /// Records, as the answer section of a message.
        case records(message: [UInt8])
        /// A POOL of addresses or host names, by its number.
        case pool(Int)
        /// A POOL that answers with SRV records of this port.
        case services(pool: Int, port: UInt16)
        /// A POOL that answers with an SVCB or HTTPS record, whose data without address hints is the only record of the
        /// message.
        case binding(pool: Int, message: [UInt8])
    }

    /// In lower case.
    public var name: DomainName
    /// Of what is answered; for `.pool` it means nothing.
    public var type: RecordType
    /// In seconds.
    public var timeToLive: UInt32
    public var source: Source
    /// Those of its records that are asked for: of a POOL, 0..<1.
    public var rows: Range<Int>
}

extension ZoneContents {
    /// - Parameter name: the owner's.
    func stored(_ set: RecordSet, of name: DomainName, rows: Range<Int>) -> StoredSet {
        var stored = StoredSet(
            name: name, type: set.type, timeToLive: set.timeToLive, source: .pool(Int(set.start)), rows: rows)
        if set.type == .pool { return stored }
        guard set.isMade else {
            stored.source = .records(message: message(of: set, name))
            return stored
        }
        let word = { (index: Int) in references[Int(set.references) + index] }
        let pool = Int(word(MadeSet.pool))
        if set.type == .srv {
            stored.source = .services(pool: pool, port: UInt16(truncatingIfNeeded: word(MadeSet.port)))
        } else {
            stored.source = .binding(pool: pool, message: bindingMessage(set, name))
        }
        return stored
    }

    /// How many lines of a zone file it is.
    func rowCount(of set: RecordSet) -> Int { set.type == .pool || set.isMade ? 1 : Int(set.recordCount) }

    /// A response with the set as its answer.
    private func message(of set: RecordSet, _ name: DomainName) -> [UInt8] {
        var message = head(name, set.type, count: set.recordCount)
        let start = message.count
        for index in 0..<Int(set.length) { message.append(octets[Int(set.start) + index]) }
        let apex = Header.length + name.wire.count - apexWire.count
        for index in 0..<Int(set.pointerCount) {
            let pointer = NamePointer(packed: references[Int(set.references) + index])
            let octets = pointer.octets(start: start, ownerPosition: Header.length, apexPosition: apex)
            message[start + pointer.place] = UInt8(octets >> 8)
            message[start + pointer.place + 1] = UInt8(octets & 0xff)
        }
        return message
    }

    /// A response with what is known of an SVCB or HTTPS record at load.
    private func bindingMessage(_ set: RecordSet, _ name: DomainName) -> [UInt8] {
        var message = head(name, set.type, count: 1)
        message += Self.octets(RecordSet.ownerPointer) + Self.octets(set.type.rawValue)
        message += Self.octets(RecordClass.internet.rawValue)
        message += Self.octets(UInt16(truncatingIfNeeded: set.timeToLive >> 16))
        message += Self.octets(UInt16(truncatingIfNeeded: set.timeToLive)) + Self.octets(set.length)
        for index in 0..<Int(set.length) { message.append(octets[Int(set.start) + index]) }
        return message
    }

    /// Header and question of a response.
    private func head(_ name: DomainName, _ type: RecordType, count: UInt16) -> [UInt8] {
        let flags = UInt16(Header.response | Header.authoritative) << 8
        let header = [0, flags, 1, count, 0, 0].flatMap(Self.octets)
        return header + name.wire + Self.octets(type.rawValue) + Self.octets(RecordClass.internet.rawValue)
    }

    private static func octets(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xff)] }
}
