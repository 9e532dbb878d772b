// The OPT record of an answer (RFC 6891 §6.1), with the options that the query asked for.

extension Answer {
    /// Octets of an OPT record without options (RFC 6891 §6.1.2).
    static var optLength: Int { 11 }
    /// Octets of an option's code and length.
    private static var optionHeader: Int { 4 }
    /// What padded answers' lengths are multiples of (RFC 8467 §4.1).
    private static var paddingBlock: Int { 468 }

    /// How long OPT will be. Options that this server has nothing for, or no room, are taken away.
    static func reserve(
        _ options: inout EDNS.Options, _ edns: EDNS, _ image: borrowing ServingImage, room: Int
    ) -> Int {
        var length = optLength
        if options.contains(.cookie) {
            if image.cookieSecrets.count > 0 { length += Cookie.optionLength } else { options.remove(.cookie) }
        }
        if options.contains(.clientSubnet) { length += optionHeader + edns.clientSubnet.length }
        if options.contains(.keepalive) { length += optionHeader + 2 }
        if options.contains(.nameServerIdentifier) {
            let identifier = optionHeader + image.identity.identifier.count
            if identifier > optionHeader, length + identifier <= room {
                length += identifier
            } else {
                options.remove(.nameServerIdentifier)
            }
        }
        return length
    }

    /// Mutating so that the answer is not copied for the call, which would wait for the stores of its small fields.
    mutating func appendOPT(
        _ edns: EDNS, _ message: borrowing Span<UInt8>, _ image: borrowing ServingImage,
        _ health: borrowing HealthSnapshot, _ cookie: Cookie, into response: inout OutputSpan<UInt8>
    ) {
        response.append(integer: UInt8(0))
        response.append(integer: UInt32(RecordType.opt.rawValue) << 16 | UInt32(image.maximumPayload))
        // Upper octet of the code, version 0, DO.
        let dnssecOK: UInt32 = edns.wantsDNSSEC ? 0x8000 : 0
        response.append(integer: UInt32(code.rawValue >> 4) << 24 | dnssecOK)
        let lengthAt = response.count
        response.append(integer: UInt16(0))
        guard !options.isEmpty || error != nil || noteLength > 0 else { return }
        if options.contains(.cookie) { cookie.append(to: &response) }
        if options.contains(.clientSubnet) { appendSubnet(edns, message, &response) }
        if options.contains(.keepalive) {
            response.append(integer: UInt32(OptionCode.keepalive) << 16 | 2)
            response.append(integer: image.tcpKeepalive)
        }
        if options.contains(.nameServerIdentifier) {
            let length = image.identity.identifier.count
            response.append(integer: UInt32(OptionCode.nameServerIdentifier) << 16 | UInt32(length))
            image.identity.identifier.append(from: 0, count: length, to: &response)
        }
        if noteLength > 0 {
            appendNote(health, &response)
        } else if let error {
            let text = error.text
            if beginError(error, textLength: text.utf8CodeUnitCount, &response) {
                unsafe response.append(text.utf8Start, count: text.utf8CodeUnitCount)
            }
        }
        if options.contains(.padding) { appendPadding(&response) }
        response.store(UInt16(response.count - lengthAt - 2), at: lengthAt)
    }

    /// Says what is wrong with the pool. "Other" (RFC 8914 §4.1) of all codes: those that sound nearer, such as Stale
    /// Answer (§4.4) and No Reachable Authority (§4.23), are what resolvers say of their caches and of servers like this.
    private func appendNote(_ health: borrowing HealthSnapshot, _ response: inout OutputSpan<UInt8>) {
        let length = Int(noteLength)
        guard beginError(.other, textLength: length, &response) else { return }
        health.notes.append(from: Int(noteStart), count: length, to: &response)
    }

    /// Appends an Extended DNS Error up to its EXTRA-TEXT.
    /// - Returns: false if there is no room: it may be left out (RFC 8914 §3).
    private func beginError(
        _ error: ExtendedError, textLength length: Int, _ response: inout OutputSpan<UInt8>
    ) -> Bool {
        guard response.count + Self.optionHeader + 2 + length <= limit else { return false }
        response.append(integer: UInt32(OptionCode.extendedError) << 16 | UInt32(2 + length))
        response.append(integer: error.rawValue)
        return true
    }

    /// Whom the answer is for.
    @inline(__always)
    func asker(_ query: borrowing Query, _ message: borrowing Span<UInt8>) -> Asker {
        if options.contains(.clientSubnet), let edns = query.edns, let subnet = Asker(message, edns.clientSubnet) {
            return subnet
        }
        return Asker(query.client.address)
    }

    /// The client's subnet as it came, with the scope that the answer has: 0 if it does not depend on the client (RFC
    /// 7871 §7.2.1).
    private func appendSubnet(
        _ edns: EDNS, _ message: borrowing Span<UInt8>, _ response: inout OutputSpan<UInt8>
    ) {
        let length = edns.clientSubnet.length
        response.append(integer: UInt32(OptionCode.clientSubnet) << 16 | UInt32(length))
        response.append(message, from: edns.clientSubnet.offset, count: 3)
        response.append(subnetScope)
        response.append(message, from: edns.clientSubnet.offset + 4, count: length - 4)
    }

    private func appendPadding(_ response: inout OutputSpan<UInt8>) {
        let length = response.count + Self.optionHeader
        let zeros = (Self.paddingBlock - length % Self.paddingBlock) % Self.paddingBlock
        guard length + zeros <= limit else { return }
        response.append(integer: UInt32(OptionCode.padding) << 16 | UInt32(zeros))
        for _ in 0..<zeros { response.append(0) }
    }
}
