// The whole query flow but the socket: one message in, one message out, by RFC 1034 §4.3.2 with pools. Pure: no I/O, no
// allocation, no lock.

/// Answers one message. Writes nothing if it must not be answered.
/// - Parameters:
///   - image: the zones.
///   - health: who is in service; built for the same pools as `image`.
///   - response: empty, with room for 512 octets or more.
#if CHECK_NO_LOCKS
    @_noLocks
#endif
public func answerQuery(
    _ message: Span<UInt8>, over transport: Transport, from image: borrowing ServingImage,
    health: borrowing HealthSnapshot, using scratch: inout Scratch, into response: inout OutputSpan<UInt8>
) {
    let query: Query
    do throws(Rejection) {
        query = try Query(message, name: &scratch.name)
    } catch {
        return reject(message, error, transport, image.maximumPayload, into: &response)
    }
    var answer = Answer(query, message, transport, maximumPayload: image.maximumPayload, into: &response)
    answer.code = refusal(of: query)
    if answer.code == .noError {
        resolve(query, image, health, &scratch, &answer, &response)
    }
    answer.finish(into: &response)
}

/// Why a well-formed query is not looked up; `noError` if it is.
private func refusal(of query: Query) -> ResponseCode {
    guard query.recordClass == .internet else { return .refused }
    switch query.type.rawValue {
    case 41, 249, 250: return .formatError  // OPT, TKEY, TSIG are no questions
    case 251, 252: return .refused  // IXFR, AXFR
    case 253, 254: return .notImplemented  // MAILB, MAILA
    default: return .noError
    }
}

private func reject(
    _ message: Span<UInt8>, _ rejection: Rejection, _ transport: Transport, _ maximumPayload: Int,
    into response: inout OutputSpan<UInt8>
) {
    switch rejection {
    case .drop:
        return
    case .header(let code):
        response.append(message, from: 0, count: 2)
        // QR, the opcode and RD as they came, no records.
        response.append(integer: Header.response | message[2] & (0x78 | Header.recursionDesired))
        response.append(integer: UInt8(truncatingIfNeeded: code.rawValue))
        response.append(integer: UInt64(0))
    case .question(let code, let query):
        var answer = Answer(query, message, transport, maximumPayload: maximumPayload, into: &response)
        answer.code = code
        answer.finish(into: &response)
    }
}
