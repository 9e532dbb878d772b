// DNAME: everything below one name moves below another (RFC 6672 §3.2). The answer has the DNAME record, and a CNAME
// made from it for clients that do not know DNAME.

extension ZoneContents {
    /// Adds a node's DNAME and the CNAME that it makes of the name in `scratch`, and makes the target the name to look
    /// up next.
    /// - Parameter suffix: from this octet on the name is the DNAME's owner.
    borrowing func redirect(
        _ node: Node, _ suffix: Int, _ type: RecordType, _ placement: Placement, _ apexPosition: Int,
        _ scratch: inout Scratch, _ answer: inout Answer, _ response: inout OutputSpan<UInt8>
    ) -> Placement? {
        guard let set = set(of: node, .dname) else { return nil }
        // A chain may come by the same DNAME again, whose record is in the answer then.
        if scratch.redirections.insert(scratch.name.hash(ofSuffix: suffix)) {
            let owner = placement.position(ofSuffix: suffix)
            guard
                answer.append(
                    set, of: self, ownerPosition: owner, apexPosition: apexPosition, to: .answer, into: &response)
                    != nil
            else {
                answer.truncate()
                return nil
            }
        }
        let header = 2 + RecordSet.fixedLength
        let target = Int(set.start) + header
        let targetLength = Int(set.length) - header
        let length = suffix + targetLength
        guard length <= DomainName.maximumLength else {
            answer.code = .nameTooLong
            return nil
        }
        guard answer.roomLeft(response) >= header + length else {
            answer.truncate()
            return nil
        }
        answer.appendRecord(
            .cname, ownerPosition: placement.position, timeToLive: set.timeToLive, dataLength: length, into: &response)
        let position = response.count
        for index in 0..<suffix { response.append(integer: scratch.name[index]) }
        octets.append(from: target, count: targetLength, to: &response)
        guard type != .cname, type != .any else { return nil }
        scratch.name.set(octets, from: target, count: targetLength, at: suffix)
        return Placement(position: position, literalLength: length, tailPosition: 0)
    }
}
