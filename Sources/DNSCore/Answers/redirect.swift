// DNAME: everything below one name moves below another (RFC 6672 §3.2). The answer has the DNAME record, and a CNAME
// made from it for clients that do not know DNAME.

extension ZoneContents {
    /// Adds a node's DNAME and the CNAME that it makes of the name in `scratch`, and makes the target the name to look
    /// up next.
    /// - Parameter label: from this label on the name is the DNAME's owner.
    func redirect(
        _ node: Node, _ label: Int, _ type: RecordType, _ placement: Placement, _ apexPosition: Int,
        _ scratch: inout AnswerScratch, _ answer: inout Answer, _ response: inout OutputSpan<UInt8>
    ) -> Placement? {
        guard let set = set(of: node, .dname) else { return nil }
        let suffix = scratch.name.start(ofLabel: label)
        let header = 2 + RecordSet.fixedLength
        let target = Int(set.start) + header
        let targetLength = Int(set.length) - header
        var tailPosition = 0
        // A DNAME that leads below itself is met again, and an answer has each record once (RFC 2181 §5).
        if scratch.seen.insert(~scratch.name.hash(ofLabel: label)) {
            guard
                let start = answer.append(
                    set, of: self, ownerPosition: placement.position(ofSuffix: suffix), apexPosition: apexPosition,
                    to: .answer, into: &response)
            else {
                answer.truncate()
                return nil
            }
            if start + header < 0x4000, targetLength > 2 { tailPosition = start + header }
        }
        let length = suffix + targetLength
        guard length <= DomainName.maximumLength else {
            answer.code = .nameTooLong
            return nil
        }
        let dataLength = tailPosition > 0 ? suffix + 2 : length
        guard answer.roomLeft(response) >= header + dataLength else {
            answer.truncate()
            return nil
        }
        answer.appendRecord(
            .cname, ownerPosition: placement.position, timeToLive: set.timeToLive, dataLength: dataLength, to: .answer,
            into: &response)
        let position = response.count
        for index in 0..<suffix { response.append(scratch.name[index]) }
        if tailPosition > 0 {
            response.append(integer: 0xc000 | UInt16(tailPosition))
        } else {
            octets.append(from: target, count: targetLength, to: &response)
        }
        guard type != .cname else { return nil }
        scratch.name.set(octets, from: target, count: targetLength, at: suffix)
        return Placement(
            position: position, literalLength: tailPosition > 0 ? suffix : length, tailPosition: tailPosition)
    }
}
