// The asking side of a C-ECHO (PS3.7 §9.1.5) over an association (PS3.8 §7): what to send and what to make of the
// answers. Pure; the verdict is made at the C-ECHO-RSP, the release after it is courtesy.

internal import DICOM

/// One association with one C-ECHO in it.
///
/// A peer that accepts the association within `timeout` but answers the echo only within twice of it is busy: Orthanc
/// accepts associations in one thread and serves them in a few others, all of which may be taken.
package struct EchoClient: ~Copyable {
    let options: DICOMOptions
    /// For the A-ASSOCIATE-AC, since the start. Twice of it is for the whole dialogue.
    let timeout: Duration

    private var phase = Phase.associating
    private var framer = PDUFramer()
    private var assembler = CommandAssembler()
    private var acceptedAfter: Duration?
    private var isLate = false
    package private(set) var sign: Verdict.Sign?

    static let contextID: UInt8 = 1
    static let messageID: UInt16 = 1
    /// How long after the verdict the A-RELEASE-RP is waited for.
    static let releaseTimeout = Duration.seconds(1)

    private enum Phase { case associating, echoing, releasing, done }

    package typealias Step = ExchangeStep<[UInt8]>

    package init(options: DICOMOptions, timeout: Duration) {
        self.options = options
        self.timeout = timeout
    }
}

extension EchoClient: Exchange {
    package var layer: Layer { .dicom }

    package mutating func begin() -> Step {
        let request = AssociateRequest.echo(calling: options.callingAETitle, called: options.calledAETitle)
        return Step(send: [PDU.associateRequest(request).encoded], deadline: timeout)
    }

    package mutating func receive(_ octets: [UInt8], at elapsed: Duration) -> Step {
        guard phase != .done else { return .nothing }
        framer.append(octets)
        var step = Step.nothing
        do throws(PDUError) {
            // Each unit takes at least `PDU.headerLength` octets from the framer, so this ends.
            while !step.isFinished, let unit = try framer.next() {
                step.append(try take(unit, at: elapsed))
            }
        } catch {
            step.append(phase == .releasing ? finish() : fail(explain(error)))
        }
        return step
    }

    package mutating func deadlinePassed() -> Step {
        switch phase {
        case .associating:
            sign = .stalled
            return fail("stalled: no A-ASSOCIATE-AC within \(timeout.spoken)")
        case .echoing where !isLate:
            isLate = true
            return Step(deadline: timeout * 2)
        case .echoing:
            sign = .unanswered
            return fail("association accepted, but no C-ECHO-RSP within \((timeout * 2).spoken)")
        case .releasing, .done:
            return finish()
        }
    }

    package mutating func closed() -> Step {
        switch phase {
        case .associating: fail("closed without an A-ASSOCIATE-AC")
        case .echoing: fail("closed without a C-ECHO-RSP")
        case .releasing, .done: finish()
        }
    }

    package func explain(_ error: any Error) -> String? { nil }
}

extension EchoClient {
    private mutating func take(_ unit: PDU, at elapsed: Duration) throws(PDUError) -> Step {
        switch (phase, unit) {
        case (.releasing, _): finish()
        case (.associating, .associateAccept(let accept)): start(on: accept, at: elapsed)
        case (.associating, .associateReject(let reject)): end(with: reject)
        case (.associating, .abort): fail("A-ABORT instead of A-ASSOCIATE-AC")
        case (.associating, _): fail("\(unit.name) instead of A-ASSOCIATE-AC")
        case (.echoing, .data(let values)): try take(values, at: elapsed)
        case (.echoing, .abort): fail("A-ABORT instead of C-ECHO-RSP (is the calling AE title allowed?)")
        case (.echoing, _): fail("\(unit.name) instead of C-ECHO-RSP")
        case (.done, _): .nothing
        }
    }

    private mutating func start(on accept: AssociateAccept, at elapsed: Duration) -> Step {
        guard let context = accept.contexts.first(where: { $0.id == Self.contextID }) else {
            return fail("A-ASSOCIATE-AC without our presentation context")
        }
        guard context.result == .acceptance else {
            return fail("presentation context refused: \(context.result.explanation)")
        }
        phase = .echoing
        acceptedAfter = elapsed
        let request = EchoMessage(command: .echoRequest, messageID: Self.messageID)
        let value = PresentationDataValue(contextID: Self.contextID, fragment: request.commandSet)
        return Step(send: [PDU.data([value]).encoded])
    }

    private mutating func end(with reject: AssociateReject) -> Step {
        let text = "association rejected: \(reject.explanation)"
        phase = .done
        if reject.isTransient { return .end(.degraded(.dicom, "\(text) (transient)")) }
        switch reject {
        case .calledAETitleNotRecognized: return .end(.failed(.dicom, "\(text) (\(options.calledAETitle))"))
        // It is alive, and need not know us to serve its clients.
        case .callingAETitleNotRecognized: return .end(.degraded(.dicom, "\(text) (\(options.callingAETitle))"))
        default: return .end(.failed(.dicom, text))
        }
    }

    private mutating func take(_ values: [PresentationDataValue], at elapsed: Duration) throws(PDUError) -> Step {
        for value in values {
            guard value.contextID == Self.contextID else {
                return fail("P-DATA-TF on context \(value.contextID), which was not proposed")
            }
            if let message = try assembler.add(value) { return conclude(message, at: elapsed) }
        }
        return .nothing
    }

    private mutating func conclude(_ message: EchoMessage, at elapsed: Duration) -> Step {
        guard message.command == .echoResponse else {
            return fail("command \(hex(message.command.rawValue)) instead of C-ECHO-RSP")
        }
        guard message.messageID == Self.messageID else {
            return fail("C-ECHO-RSP to message \(message.messageID), which was not sent")
        }
        guard let status = message.status else { return fail("C-ECHO-RSP without a status") }
        var step = Step(send: [PDU.releaseRequest.encoded], deadline: elapsed + Self.releaseTimeout)
        step.detail = acceptedAfter.map { "A-ASSOCIATE-AC after \(Int($0.milliseconds.rounded())) ms" }
        step.outcome =
            if status != 0 {
                .failed(.dicom, "C-ECHO status \(hex(status))")
            } else if isLate || elapsed > timeout {
                .degraded(.dicom, "busy: C-ECHO-RSP only after \(elapsed.spoken)")
            } else {
                .passed
            }
        phase = .releasing
        return step
    }

    private mutating func fail(_ text: String) -> Step {
        phase = .done
        return .end(.failed(.dicom, text))
    }

    private mutating func finish() -> Step {
        phase = .done
        return Step(isFinished: true)
    }

    private func explain(_ error: PDUError) -> String {
        switch error {
        case .unknownType(let octets) where octets.starts(with: [0x15, 0x03]):
            "not a DICOM answer (a TLS alert: does this port speak TLS?)"
        case .unknownType(let octets):
            "not a DICOM answer (starts with \"\(printable(octets[...]))\")"
        case .tooLong(_, let length): "not a DICOM answer (a unit of \(length) octets)"
        case .truncated(let part): "malformed DICOM answer: \(part) ends early"
        case .malformed(let what): "malformed DICOM answer: \(what)"
        }
    }
}

extension ExchangeStep {
    /// Adds what is to be done after this step.
    package mutating func append(_ next: ExchangeStep) {
        send += next.send
        outcome = outcome ?? next.outcome
        detail = next.detail ?? detail
        deadline = next.deadline ?? deadline
        isFinished = isFinished || next.isFinished
    }
}

/// Four hexadecimal digits and an `H`, as the standard writes numbers.
private func hex(_ value: UInt16) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: 4 - digits.count) + digits + "H"
}
