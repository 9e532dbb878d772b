// The answering side of associations and C-ECHO (PS3.8 §7, PS3.7 §9.1.5), as a pure state machine.

internal import DICOM

/// One association of a service class provider that knows the Verification SOP class only.
package struct EchoServer: ~Copyable {
    private let aeTitle: String
    private let checksCalledAETitle: Bool
    private var framer = PDUFramer()
    private var assembler = CommandAssembler()
    private var contexts: [AssociateAccept.AnsweredContext] = []
    private var isAssociated = false
    private var isOver = false

    package init(aeTitle: String, checksCalledAETitle: Bool) {
        self.aeTitle = aeTitle
        self.checksCalledAETitle = checksCalledAETitle
    }

    /// What to send, and whether to close the connection after it.
    package struct Reply: Equatable, Sendable {
        package var send: [UInt8] = []
        package var closes = false
    }

    package mutating func receive(_ octets: some Sequence<UInt8>) -> Reply {
        guard !isOver else { return Reply(closes: true) }
        framer.append(octets)
        var reply = Reply()
        do throws(PDUError) {
            while !isOver, let unit = try framer.next() {
                reply.send += try answer(unit).flatMap(\.encoded)
            }
        } catch {
            isOver = true
            reply.send += PDU.abort(.unrecognizedPDU).encoded
        }
        reply.closes = isOver
        return reply
    }

    private mutating func answer(_ unit: PDU) throws(PDUError) -> [PDU] {
        switch unit {
        case .associateRequest(let request) where !isAssociated:
            return [associate(request)]
        case .data(let values) where isAssociated:
            return try answer(values)
        case .releaseRequest where isAssociated:
            isOver = true
            return [.releaseReply]
        case .abort:
            isOver = true
            return []
        default:
            isOver = true
            return [.abort(.unexpectedPDU)]
        }
    }

    private mutating func associate(_ request: AssociateRequest) -> PDU {
        if let refusal = refusal(of: request) {
            isOver = true
            return .associateReject(refusal)
        }
        isAssociated = true
        contexts = request.contexts.map { context in
            let result: ContextResult =
                if context.abstractSyntax != UID.verification {
                    .abstractSyntaxNotSupported
                } else if !context.transferSyntaxes.contains(UID.implicitVRLittleEndian) {
                    .transferSyntaxesNotSupported
                } else {
                    .acceptance
                }
            return .init(id: context.id, result: result, transferSyntax: UID.implicitVRLittleEndian)
        }
        return .associateAccept(
            AssociateAccept(
                calledAETitle: request.calledAETitle, callingAETitle: request.callingAETitle, contexts: contexts))
    }

    private func refusal(of request: AssociateRequest) -> AssociateReject? {
        guard request.applicationContext == UID.applicationContext else { return .applicationContextNotSupported }
        guard checksCalledAETitle else { return nil }
        // Orthanc compares titles without regard to case.
        return request.calledAETitle.lowercased() == aeTitle.lowercased() ? nil : .calledAETitleNotRecognized
    }

    private mutating func answer(_ values: [PresentationDataValue]) throws(PDUError) -> [PDU] {
        var answers: [PDU] = []
        for value in values {
            guard contexts.contains(where: { $0.id == value.contextID && $0.result == .acceptance }) else {
                throw .malformed("a presentation context that was not accepted")
            }
            guard let message = try assembler.add(value) else { continue }
            let isEcho = message.command == .echoRequest
            // 0211H: unrecognized operation (PS3.7 §C.5.25).
            let response = EchoMessage(
                command: EchoMessage.Command(rawValue: message.command.rawValue | 0x8000),
                messageID: message.messageID, status: isEcho ? 0 : 0x0211)
            answers.append(
                .data([PresentationDataValue(contextID: value.contextID, fragment: response.commandSet)]))
        }
        return answers
    }
}
