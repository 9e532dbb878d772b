// The whole query flow but the socket: one message in, one message out, by RFC 1034 §4.3.2 with pools. Pure: no I/O, no
// allocation, no lock.

/// Answers one message. Writes nothing if it must not be answered.
/// - Parameters:
///   - client: who asks, which cookies, rate limit and access list look at.
///   - image: the zones, and how to answer.
///   - health: who is in service; built for the same pools as `image`.
///   - scratch: with the time of now; afterwards, with the answer's summary.
///   - response: empty, with room for 512 octets or more.
#if CHECK_NO_LOCKS
    @_noLocks
#endif
public func answerQuery(
    _ message: Span<UInt8>, from client: Client, _ image: borrowing ServingImage,
    health: borrowing HealthSnapshot, using scratch: inout Scratch, into response: inout OutputSpan<UInt8>
) -> Outcome {
    scratch.summary = AnswerSummary()
    let isAllowed = image.access.allows(client.address)
    guard isAllowed || !image.access.drops else { return .denied }
    let query = Query(message, over: client.transport, name: &scratch.name)
    let place = query.isLookup ? NamePlace(of: scratch.name, query.type, image) : nil
    return answer(query, at: place, message, from: client, isAllowed, image, health, &scratch, &response)
}

/// Answers a message that was read ahead, as `answerQuery` does.
/// - Parameters:
///   - number: the one that it was given then; it is answered once.
///   - message: the same.
///   - image: the same.
///   - scratch: afterwards, with the answer's summary.
#if CHECK_NO_LOCKS
    @_noLocks
#endif
public func answerPending(
    _ number: Int, _ message: Span<UInt8>, _ image: borrowing ServingImage, health: borrowing HealthSnapshot,
    using scratch: inout Scratch, into response: inout OutputSpan<UInt8>
) -> Outcome {
    scratch.summary = AnswerSummary()
    let isAllowed = scratch.pending[number].isAllowed
    guard isAllowed || !image.access.drops else { return .denied }
    scratch.pending.moveName(of: number, to: &scratch.name)
    return answer(
        scratch.pending[number].query, at: scratch.pending[number].place, message,
        from: scratch.pending[number].client, isAllowed, image, health, &scratch, &response)
}

/// Answers a query that was read.
/// - Parameter place: of its name, which is in `scratch`; nil if it is no lookup, or no zone of ours encloses the name.
@inline(__always)
private func answer(
    _ query: Query, at place: NamePlace?, _ message: Span<UInt8>, from client: Client, _ isAllowed: Bool,
    _ image: borrowing ServingImage, _ health: borrowing HealthSnapshot, _ scratch: inout Scratch,
    _ response: inout OutputSpan<UInt8>
) -> Outcome {
    switch query.standing {
    case .good: break
    case .drop: return .dropped
    case .header:
        appendHeader(message, query.problem, into: &response)
        scratch.summary.code = UInt8(truncatingIfNeeded: query.problem.rawValue)
        return .answered
    }
    var answer = Answer()
    answer.begin(query, message, client, image, &scratch, into: &response)
    if !isAllowed {
        answer.refuse(.refused, .prohibited)
    } else if query.problem != .noError {
        answer.refuse(query.problem, query.problem == .notImplemented ? .notSupported : nil)
    } else {
        scratch.steering.asker = answer.asker(message, client)
        dispatch(query, place, image, health, &scratch, &answer, &response)
        answer.subnetScope = scratch.steering.asker.scope
    }
    if answer.noteLength > 0, !image.explains(to: client.address) { answer.dropNote() }
    let outcome = limit(&answer, to: client, image, &scratch, into: &response)
    scratch.summary.code = UInt8(truncatingIfNeeded: answer.code.rawValue)
    guard outcome != .limited else { return outcome }
    answer.finish(message, image, health, scratch.cookie, into: &response)
    return isAllowed ? outcome : .denied
}

/// Answers by class and type: what is not a lookup ends here.
private func dispatch(
    _ query: Query, _ place: NamePlace?, _ image: borrowing ServingImage, _ health: borrowing HealthSnapshot,
    _ scratch: inout Scratch, _ answer: inout Answer, _ response: inout OutputSpan<UInt8>
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
        resolve(query, place, image, health, &scratch, &answer, &response)
        // Of all classes we know one, so the answer is not the whole truth (RFC 1035 §3.2.5).
        if query.recordClass == .any { answer.isAuthoritative = false }
    }
}

/// Counts a UDP answer against the rate limit of its client's network. Who has a cookie of ours has shown that its
/// address is not forged.
private func limit(
    _ answer: inout Answer, to client: Client, _ image: borrowing ServingImage, _ scratch: inout Scratch,
    into response: inout OutputSpan<UInt8>
) -> Outcome {
    guard image.isLimited, client.transport == .udp, !scratch.isRehearsal else { return .answered }
    if answer.options.contains(.cookie), case .valid = scratch.cookie.standing { return .answered }
    guard !image.limiter.admits(answer.subject, to: client.address, now: scratch.now) else { return .answered }
    scratch.limitedCount &+= 1
    guard image.limiter.slip > 0, scratch.limitedCount % image.limiter.slip == 0 else {
        response.removeLast(response.count)
        return .limited
    }
    answer.slip(into: &response)
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
