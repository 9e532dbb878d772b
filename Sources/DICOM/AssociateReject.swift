// A-ASSOCIATE-RJ (PS3.8 §9.3.4, Table 9-21) and A-ABORT (§9.3.8, Table 9-26): how a peer says no.

/// A refused association.
package struct AssociateReject: Equatable, Sendable {
    /// 1 permanent, 2 transient.
    package var result: UInt8
    /// 1 service-user, 2 service-provider (ACSE), 3 service-provider (presentation).
    package var source: UInt8
    package var reason: UInt8

    package init(result: UInt8, source: UInt8, reason: UInt8) {
        self.result = result
        self.source = source
        self.reason = reason
    }

    package static let calledAETitleNotRecognized = AssociateReject(result: 1, source: 1, reason: 7)
    package static let callingAETitleNotRecognized = AssociateReject(result: 1, source: 1, reason: 3)
    package static let applicationContextNotSupported = AssociateReject(result: 1, source: 1, reason: 2)

    /// Whether the same request may succeed later: the peer is alive and busy.
    package var isTransient: Bool { result == 2 }

    /// For an operator.
    package var explanation: String {
        switch (source, reason) {
        case (1, 2): "application context not supported"
        case (1, 3): "calling AE title not recognized"
        case (1, 7): "called AE title not recognized"
        case (2, 2): "protocol version not supported"
        case (3, 1): "temporary congestion"
        case (3, 2): "local limit exceeded"
        case (1, 1), (2, 1): "no reason given"
        default: "source \(source), reason \(reason)"
        }
    }

    init(body: [UInt8]) throws(PDUError) {
        guard body.count >= 4 else { throw .truncated("A-ASSOCIATE-RJ") }
        self.init(result: body[1], source: body[2], reason: body[3])
    }

    var body: [UInt8] { [0, result, source, reason] }
}

/// The end of an association, or of an attempt at one, without ceremony.
package struct Abort: Equatable, Sendable {
    /// 0 service-user, 2 service-provider.
    package var source: UInt8
    /// Means nothing if the source is the service-user.
    package var reason: UInt8

    package init(source: UInt8, reason: UInt8) {
        self.source = source
        self.reason = reason
    }

    package static let unexpectedPDU = Abort(source: 2, reason: 2)
    package static let unrecognizedPDU = Abort(source: 2, reason: 1)

    init(body: [UInt8]) throws(PDUError) {
        guard body.count >= 4 else { throw .truncated("A-ABORT") }
        self.init(source: body[2], reason: body[3])
    }

    var body: [UInt8] { [0, 0, source, reason] }
}
