// The protocol data units of the DICOM upper layer (PS3.8 §9.3) and their common header: type, a reserved octet that is
// sent as 00 and not tested, and the length of what follows, big endian. One file per unit; bytes in, bytes out.

/// One protocol data unit, of which a C-ECHO needs all seven.
package enum PDU: Equatable, Sendable {
    case associateRequest(AssociateRequest)
    case associateAccept(AssociateAccept)
    case associateReject(AssociateReject)
    case data([PresentationDataValue])
    case releaseRequest
    case releaseReply
    case abort(Abort)

    /// The octets before the body: type, reserved, length.
    package static let headerLength = 6
    /// The longest body that is read. A C-ECHO needs 211; what real servers answer stays below 1,000.
    package static let maximumLength = 65_536

    /// The name the standard gives it, for error texts.
    package var name: String {
        switch self {
        case .associateRequest: "A-ASSOCIATE-RQ"
        case .associateAccept: "A-ASSOCIATE-AC"
        case .associateReject: "A-ASSOCIATE-RJ"
        case .data: "P-DATA-TF"
        case .releaseRequest: "A-RELEASE-RQ"
        case .releaseReply: "A-RELEASE-RP"
        case .abort: "A-ABORT"
        }
    }
}

/// Why octets are not a protocol data unit, or not the expected message.
package enum PDUError: Error, Equatable, Sendable {
    /// No type that exists; the first octets of what came instead.
    case unknownType([UInt8])
    case tooLong(type: UInt8, length: UInt32)
    /// Something of the named unit ends before it is complete.
    case truncated(String)
    case malformed(String)
}

extension PDU {
    /// Reads a body whose header said `type`.
    package init(type: UInt8, body: [UInt8]) throws(PDUError) {
        switch type {
        case 0x01: self = .associateRequest(try AssociateRequest(body: body))
        case 0x02: self = .associateAccept(try AssociateAccept(body: body))
        case 0x03: self = .associateReject(try AssociateReject(body: body))
        case 0x04: self = .data(try PresentationDataValue.read(body: body))
        case 0x05: self = .releaseRequest
        case 0x06: self = .releaseReply
        case 0x07: self = .abort(try Abort(body: body))
        default: throw .unknownType([type] + body.prefix(7))
        }
    }

    /// The unit with its header.
    package var encoded: [UInt8] {
        let (type, body): (UInt8, [UInt8]) =
            switch self {
            case .associateRequest(let request): (0x01, request.body)
            case .associateAccept(let accept): (0x02, accept.body)
            case .associateReject(let reject): (0x03, reject.body)
            case .data(let values): (0x04, values.flatMap(\.encoded))
            case .releaseRequest: (0x05, [0, 0, 0, 0])
            case .releaseReply: (0x06, [0, 0, 0, 0])
            case .abort(let abort): (0x07, abort.body)
            }
        var octets: [UInt8] = [type, 0]
        octets.appendBigEndian(UInt32(truncatingIfNeeded: body.count))
        return octets + body
    }
}
