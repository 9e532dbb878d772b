// An answer while it is written: header and question first, then RRsets, OPT last, the header's flags and counts at the
// very end (RFC 1035 §4.1).

/// Counts and limits of the answer that is being written. The octets are in the worker's `OutputSpan`.
struct Answer {
    /// The most octets that the answer may have.
    private(set) var limit = 0
    /// Octets that RRsets may use: the limit less the OPT record's.
    private var room = 0
    /// The options that OPT will have; padding and extended error only if there is room for them.
    private(set) var options = EDNS.Options()
    var code = ResponseCode.noError
    var error: ExtendedError?
    /// What is to be said of the pool that it was made from: a part of `HealthSnapshot.notes`.
    private(set) var noteStart: UInt32 = 0
    private(set) var noteLength: UInt8 = 0
    var isAuthoritative = false
    private(set) var isTruncated = false
    /// SCOPE PREFIX-LENGTH of its Client Subnet option.
    var subnetScope: UInt8 = 0
    /// What this answer has in common with others of its kind, for the rate limit.
    var subject: UInt64 = 0
    /// Records of the answer, authority and additional sections, as the header has them: 16 bits each. (As three numbers
    /// they would be written apart and read together, which takes the processor longer than all else here.)
    private var counts: UInt64 = 0

    enum Section { case answer, authority, additional }

    /// Begins the answer to `query`: repeats header and question as they came. No initializer, as a copy of what that
    /// returns would wait for the stores of its small fields.
    @inline(__always)
    mutating func begin(
        _ query: borrowing Query, _ message: borrowing Span<UInt8>, _ image: borrowing ServingImage,
        _ scratch: inout AnswerScratch, into response: inout OutputSpan<UInt8>
    ) {
        let transport = query.client.transport
        var longest = transport == .udp ? 512 : 65_535
        if transport == .udp, let edns = query.edns {
            longest = max(512, min(Int(edns.payloadSize), image.maximumPayload))
        }
        limit = min(longest, response.capacity)
        var reserved = 0
        if let edns = query.edns {
            options = edns.options
            reserved = Self.optLength
            if !options.isEmpty {
                if transport != .tls { options.remove(.padding) }
                reserved = Self.reserve(&options, edns, image, room: limit - query.questionEnd)
                if options.contains(.cookie) {
                    scratch.cookie = Cookie(message, edns.cookie, from: query.client.address, now: scratch.now, image)
                    scratch.summary.cookie = scratch.cookie.standing
                }
            }
        }
        room = limit - reserved
        response.append(message, from: 0, count: query.questionEnd)
    }

    /// Appends an RRset if there is room.
    /// - Parameters:
    ///   - ownerPosition: where in the message the set's owner stands.
    ///   - apexPosition: where the zone's apex stands.
    /// - Returns: where the set starts; nil if it does not fit.
    mutating func append(
        _ set: RecordSet, of zone: borrowing ZoneContents, ownerPosition: Int, apexPosition: Int, to section: Section,
        into response: inout OutputSpan<UInt8>
    ) -> Int? {
        let start = response.count
        let length = Int(set.length)
        guard start + length <= room, set.pointerCount == 0 || start < NamePointer.lastStart else { return nil }
        zone.octets.append(from: Int(set.start), count: length, to: &response)
        for index in 0..<Int(set.pointerCount) {
            let pointer = NamePointer(packed: zone.references[Int(set.references) + index])
            response.store(
                pointer.octets(start: start, ownerPosition: ownerPosition, apexPosition: apexPosition),
                at: start + pointer.place)
        }
        if ownerPosition != Header.length { movePointers(from: start, to: ownerPosition, into: &response) }
        add(set.recordCount, to: section)
        return start
    }

    /// Points the owners of the records from `start` on at another place. A record is 12 octets or more.
    private func movePointers(from start: Int, to position: Int, into response: inout OutputSpan<UInt8>) {
        var record = start
        while record < response.count {
            response.store(0xc000 | UInt16(position), at: record)
            let lengthAt = record + 2 + 8
            record = lengthAt + 2 + (Int(response[lengthAt]) << 8 | Int(response[lengthAt + 1]))
        }
    }

    /// Appends what comes before the RDATA of a record that is made now.
    mutating func appendRecord(
        _ type: RecordType, class recordClass: RecordClass = .internet, ownerPosition: Int, timeToLive: UInt32,
        dataLength: Int, to section: Section, into response: inout OutputSpan<UInt8>
    ) {
        response.append(integer: 0xc000 | UInt16(ownerPosition))
        response.append(integer: UInt32(type.rawValue) << 16 | UInt32(recordClass.rawValue))
        response.append(integer: timeToLive)
        response.append(integer: UInt16(dataLength))
        add(1, to: section)
    }

    /// Octets that RRsets can still take.
    @inline(__always)
    func roomLeft(_ response: borrowing OutputSpan<UInt8>) -> Int { room - response.count }

    /// Says that something that the client needs was left out (RFC 2181 §9).
    mutating func truncate() { isTruncated = true }

    @inline(__always)
    private mutating func add(_ count: UInt16, to section: Section) {
        // No carry: a message has room for no more than 5,461 records.
        switch section {
        case .answer: counts &+= UInt64(count) &<< 32
        case .authority: counts &+= UInt64(count) &<< 16
        case .additional: counts &+= UInt64(count)
        }
    }

    /// Takes up what is to be said of a pool. Of several, the first counts: the others follow from it.
    @inline(__always)
    mutating func note(_ selection: HealthSnapshot.Selection) {
        guard selection.noteLength > 0, noteLength == 0 else { return }
        noteStart = selection.noteStart
        noteLength = selection.noteLength
    }

    /// Says nothing of pools.
    mutating func dropNote() { noteLength = 0 }

    /// Leaves of the answer what makes a client ask again over TCP.
    mutating func slip(_ query: borrowing Query, into response: inout OutputSpan<UInt8>) {
        response.removeLast(response.count - query.questionEnd)
        counts = 0
        code = .noError
        isTruncated = true
    }

    /// Appends OPT and fills in the header.
    mutating func finish(
        _ query: borrowing Query, _ message: borrowing Span<UInt8>, _ image: borrowing ServingImage,
        _ health: borrowing HealthSnapshot, _ cookie: Cookie, into response: inout OutputSpan<UInt8>
    ) {
        if let edns = query.edns {
            appendOPT(edns, message, image, health, cookie, into: &response)
            counts &+= 1
        }
        let repeated = response[2] & (Header.opcode | Header.recursionDesired)
        let high =
            Header.response | repeated | (isAuthoritative ? Header.authoritative : 0)
            | (isTruncated ? Header.truncated : 0)
        response.store(UInt16(high) << 8 | code.rawValue & 0xf, at: 2)
        response.store((query.hasQuestion ? 1 << 48 : 0) | counts, at: 4)
    }
}
