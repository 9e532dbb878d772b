// DICOM units: found however the stream is cut, the same after being written and read again, and the asking side of a
// C-ECHO comes to the same verdict.
//
// Input: a `CutStream`.

import Checks
import DICOM
import FuzzSupport

@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let input = unsafe CutStream(octets(start, count)) else { return InputUse.leftOut }
    let (units, error) = read([input.stream])
    let (cutUnits, cutError) = read(input.reads)
    demand(units == cutUnits && error == cutError, "other units in pieces than in one: \(hex(input.stream))")
    var assembler = CommandAssembler()
    for unit in units { check(unit, &assembler) }
    demand(converse([input.stream]) == converse(input.reads), "another verdict in pieces: \(hex(input.stream))")
    return InputUse.kept
}

/// All units of a stream, and why it cannot be read on.
private func read(_ reads: [[UInt8]]) -> ([PDU], PDUError?) {
    var framer = PDUFramer()
    var units: [PDU] = []
    do throws(PDUError) {
        for octets in reads {
            framer.append(octets)
            while let unit = try framer.next() { units.append(unit) }
        }
    } catch {
        // How much is quoted of what is no unit depends on what has come of it.
        if case .unknownType(let octets) = error { return (units, .unknownType(Array(octets.prefix(1)))) }
        return (units, error)
    }
    return (units, nil)
}

private func check(_ unit: PDU, _ assembler: inout CommandAssembler) {
    let again = read([unit.encoded])
    demand(again.0 == [unit] && again.1 == nil, "\(unit) is read back as \(again)")
    guard case .data(let values) = unit else { return }
    for value in values {
        guard let message = try? assembler.add(value) else { continue }
        let commandSet = message.commandSet
        demand((try? EchoMessage(commandSet: commandSet)) == message, "\(message) is not read back")
    }
}

/// What the asking side sent and concluded.
private struct Conversation: Equatable {
    var sent: [[UInt8]] = []
    var outcome: String?
    var isFinished = false
}

private func converse(_ reads: [[UInt8]]) -> Conversation {
    var client = EchoClient(options: DICOMOptions(), timeout: .seconds(5))
    var conversation = Conversation()
    func note(_ step: EchoClient.Step) {
        demand(conversation.outcome == nil || step.outcome == nil, "two verdicts")
        conversation.sent += step.send
        conversation.outcome = conversation.outcome ?? step.outcome.map(summary)
        conversation.isFinished = conversation.isFinished || step.isFinished
    }
    note(client.begin())
    for octets in reads where !conversation.isFinished { note(client.receive(octets, at: .zero)) }
    if !conversation.isFinished { note(client.closed()) }
    demand(conversation.isFinished && conversation.outcome != nil, "closed without a verdict")
    return conversation
}

/// An outcome without what is quoted of the answer in its text.
private func summary(_ outcome: Verdict.Outcome) -> String {
    "\(outcome.name) \(outcome.text.map { $0.prefix { $0 != "(" } } ?? "")"
}
