// An answer while it is written: header and question first, then RRsets, OPT last, the header's flags and counts at the
// very end (RFC 1035 §4.1).

/// Counts and limits of the answer that is being written. The octets are in the worker's `OutputSpan`.
struct Answer {
    /// Octets that RRsets may use: the limit less the OPT record's.
    private let room: Int
    private let questionEnd: Int
    private let payloadSize: Int
    private let edns: EDNS?
    var code = ResponseCode.noError
    var isAuthoritative = false
    private(set) var isTruncated = false
    private var counts = (answer: UInt16(0), authority: UInt16(0), additional: UInt16(0))

    enum Section { case answer, authority, additional }

    /// Octets of an OPT record without options (RFC 6891 §6.1.2).
    private static var optLength: Int { 11 }

    /// Begins the answer to `query`: repeats header and question as they came.
    init(
        _ query: Query, _ message: borrowing Span<UInt8>, _ transport: Transport, maximumPayload: Int,
        into response: inout OutputSpan<UInt8>
    ) {
        edns = query.edns
        questionEnd = query.questionEnd
        payloadSize = maximumPayload
        let limit =
            switch transport {
            case .tcp: 65_535
            case .udp: query.edns.map { max(512, min(Int($0.payloadSize), maximumPayload)) } ?? 512
            }
        room = min(limit, response.capacity) - (query.edns == nil ? 0 : Self.optLength)
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
        guard start + length <= room else { return nil }
        zone.octets.append(from: Int(set.start), count: length, to: &response)
        let apexPointer = 0xc000 | UInt16(apexPosition)
        for index in 0..<Int(set.apexPointerCount) {
            response.store(apexPointer, at: start + Int(zone.references[Int(set.references) + index]))
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
        _ type: RecordType, ownerPosition: Int, timeToLive: UInt32, dataLength: Int,
        into response: inout OutputSpan<UInt8>
    ) {
        response.append(integer: 0xc000 | UInt16(ownerPosition))
        response.append(integer: UInt32(type.rawValue) << 16 | UInt32(RecordClass.internet.rawValue))
        response.append(integer: timeToLive)
        response.append(integer: UInt16(dataLength))
        counts.answer += 1
    }

    /// Octets that RRsets can still take.
    @inline(__always)
    func roomLeft(_ response: borrowing OutputSpan<UInt8>) -> Int { room - response.count }

    /// Says that something that the client needs was left out (RFC 2181 §9).
    mutating func truncate() { isTruncated = true }

    @inline(__always)
    private mutating func add(_ count: UInt16, to section: Section) {
        switch section {
        case .answer: counts.answer += count
        case .authority: counts.authority += count
        case .additional: counts.additional += count
        }
    }

    /// Appends OPT and fills in the header.
    mutating func finish(into response: inout OutputSpan<UInt8>) {
        if let edns { appendOPT(edns, into: &response) }
        let recursionDesired = response[2] & Header.recursionDesired
        let high =
            Header.response | recursionDesired | (isAuthoritative ? Header.authoritative : 0)
            | (isTruncated ? Header.truncated : 0)
        response.store(UInt16(high) << 8 | code.rawValue & 0xf, at: 2)
        response.store(1, at: 4)
        response.store(counts.answer, at: 6)
        response.store(counts.authority, at: 8)
        response.store(counts.additional, at: 10)
    }

    private mutating func appendOPT(_ edns: EDNS, into response: inout OutputSpan<UInt8>) {
        response.append(integer: UInt8(0))
        response.append(integer: UInt32(RecordType.opt.rawValue) << 16 | UInt32(payloadSize))
        // Upper octet of the code, version 0, DO.
        let dnssecOK: UInt32 = edns.wantsDNSSEC ? 0x8000 : 0
        response.append(integer: UInt32(code.rawValue >> 4) << 24 | dnssecOK)
        response.append(integer: UInt16(0))
        counts.additional += 1
    }
}
