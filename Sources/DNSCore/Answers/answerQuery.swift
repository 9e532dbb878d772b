// The whole query flow but the socket: one message in, one message out, by RFC 1034 §4.3.2 with pools. Pure: no I/O, no
// allocation, no lock.

/// Answers one message. Writes nothing if it must not be answered.
/// - Parameters:
///   - client: who asks, which cookies, rate limit and access list look at.
///   - image: the zones, and how to answer.
///   - health: who is in service; built for the same pools as `image`.
///   - scratch: with the time of now. A message that was read ahead as number 0 is forgotten.
///   - response: empty, with room for 512 octets or more.
/// - Returns: what became of it.
#if CHECK_NO_LOCKS
    @_noLocks
#endif
@inline(never)  // so that Tests/Budget finds it
public func answerQuery(
    _ message: Span<UInt8>, from client: Client, _ image: borrowing ServingImage,
    health: borrowing HealthSnapshot, using scratch: inout Scratch, into response: inout OutputSpan<UInt8>
) -> AnswerSummary {
    readAhead(message, as: 0, from: client, image, using: &scratch)
    findAhead(1, image, using: &scratch)
    return answerPending(0, message, image, health: health, using: &scratch, into: &response)
}

/// Answers a message that was read ahead, as `answerQuery` does.
/// - Parameters:
///   - number: the one that it was given then; it is answered once.
///   - message: the same.
///   - image: the same.
#if CHECK_NO_LOCKS
    @_noLocks
#endif
public func answerPending(
    _ number: Int, _ message: Span<UInt8>, _ image: borrowing ServingImage, health: borrowing HealthSnapshot,
    using scratch: inout Scratch, into response: inout OutputSpan<UInt8>
) -> AnswerSummary {
    scratch.answering.summary = AnswerSummary()
    scratch.answering.summary.outcome = answer(
        number, of: scratch.pending, message, image, health, &scratch.answering, &response)
    return scratch.answering.summary
}

/// Apart from the function above, as a part of `scratch` is borrowed here while another is written to.
@inline(__always)
private func answer(
    _ number: Int, of pending: borrowing PendingQueries, _ message: Span<UInt8>, _ image: borrowing ServingImage,
    _ health: borrowing HealthSnapshot, _ scratch: inout AnswerScratch, _ response: inout OutputSpan<UInt8>
) -> Outcome {
    pending.moveName(of: number, to: &scratch.name)
    return answer(pending[number], message, image, health, &scratch, &response)
}

/// Answers a query that was read, and whose name is in `scratch`.
@inline(__always)
private func answer(
    _ query: borrowing Query, _ message: Span<UInt8>, _ image: borrowing ServingImage,
    _ health: borrowing HealthSnapshot, _ scratch: inout AnswerScratch, _ response: inout OutputSpan<UInt8>
) -> Outcome {
    guard query.isAllowed || !image.access.drops else { return .denied }
    switch query.standing {
    case .good: break
    case .drop: return .dropped
    case .header:
        appendHeader(message, query.problem, into: &response)
        scratch.summary.code = UInt8(truncatingIfNeeded: query.problem.rawValue)
        return .answered
    }
    var answer = Answer()
    answer.begin(query, message, image, &scratch, into: &response)
    if !query.isAllowed {
        answer.refuse(.refused, .prohibited)
    } else if query.problem != .noError {
        answer.refuse(query.problem, query.problem == .notImplemented ? .notSupported : nil)
    } else {
        scratch.steering.asker = answer.asker(query, message)
        dispatch(query, image, health, &scratch, &answer, &response)
        answer.subnetScope = scratch.steering.asker.scope
    }
    if answer.noteLength > 0, !image.explains(to: query.client.address) { answer.dropNote() }
    let outcome = limit(&answer, query, image, &scratch, into: &response)
    scratch.summary.code = UInt8(truncatingIfNeeded: answer.code.rawValue)
    guard outcome != .limited else { return outcome }
    answer.finish(query, message, image, health, scratch.cookie, into: &response)
    return query.isAllowed ? outcome : .denied
}

/// Answers by class and type: what is not a lookup ends here.
@inline(__always)
private func dispatch(
    _ query: borrowing Query, _ image: borrowing ServingImage, _ health: borrowing HealthSnapshot,
    _ scratch: inout AnswerScratch, _ answer: inout Answer, _ response: inout OutputSpan<UInt8>
) {
    guard query.hasQuestion else {
        // It asks for a cookie, or whether the one it has is good (RFC 7873 §5.4).
        guard answer.options.contains(.cookie) else { return answer.refuse(.formatError, nil) }
        if case .invalid = scratch.cookie.standing { answer.code = .badCookie }
        return
    }
    guard query.recordClass == .internet || query.recordClass == .any else {
        let isAnswered =
            query.recordClass == .chaos && image.identity.answer(query, scratch.name, &answer, &response)
        if !isAnswered { answer.refuse(.refused, nil) }
        return
    }
    switch query.type.rawValue {
    case 41, 249, 250: answer.refuse(.formatError, nil)  // OPT, TKEY, TSIG are no questions
    case 251, 252: answer.refuse(.refused, .notSupported)  // IXFR, AXFR
    case 253, 254: answer.refuse(.notImplemented, .notSupported)  // MAILB, MAILA
    default:
        resolve(query, image, health, &scratch, &answer, &response)
        // Of all classes we know one, so the answer is not the whole truth (RFC 1035 §3.2.5).
        if query.recordClass == .any { answer.isAuthoritative = false }
    }
}

/// Counts a UDP answer against the rate limit of its client's network. Who has a cookie of ours has shown that its
/// address is not forged.
private func limit(
    _ answer: inout Answer, _ query: borrowing Query, _ image: borrowing ServingImage, _ scratch: inout AnswerScratch,
    into response: inout OutputSpan<UInt8>
) -> Outcome {
    guard image.isLimited, query.client.transport == .udp, !scratch.isRehearsal else { return .answered }
    if answer.options.contains(.cookie), case .valid = scratch.cookie.standing { return .answered }
    guard !image.limiter.admits(answer.subject, to: query.client.address, now: scratch.now) else { return .answered }
    scratch.limitedCount &+= 1
    guard image.limiter.slip > 0, scratch.limitedCount % image.limiter.slip == 0 else {
        response.removeLast(response.count)
        return .limited
    }
    answer.slip(query, into: &response)
    return .slipped
}

/// Answers with a header alone: the ID, the opcode and RD as they came, no records.
private func appendHeader(_ message: Span<UInt8>, _ code: ResponseCode, into response: inout OutputSpan<UInt8>) {
    response.append(message, from: 0, count: 2)
    response.append(integer: Header.response | message[2] & (Header.opcode | Header.recursionDesired))
    response.append(integer: UInt8(truncatingIfNeeded: code.rawValue))
    response.append(integer: UInt64(0))
}

extension Answer {
    /// Answers with a code instead of records. Errors of one client's network are of one kind for the rate limit.
    fileprivate mutating func refuse(_ code: ResponseCode, _ error: ExtendedError?) {
        self.code = code
        self.error = error
    }
}
