// The first octets of an HTTP answer's body, and whether they hold what is expected. None of them gets into a message:
// behind a PACS they may be about patients.

internal import Checks
internal import NIOCore

/// Collects up to the limit.
struct BodyReader {
    let expectation: BodyExpectation
    private(set) var octets: [UInt8] = []
    private var hasText: Bool

    init(_ expectation: BodyExpectation) {
        self.expectation = expectation
        hasText = expectation.text == nil
    }

    mutating func append(_ buffer: ByteBuffer) {
        let room = expectation.limit - octets.count
        guard room > 0 else { return }
        let known = octets.count
        octets.append(contentsOf: buffer.readableBytesView.prefix(room))
        if !hasText, let text = expectation.text { look(for: Array(text.utf8), from: known) }
    }

    /// Whether more octets would change nothing. A pattern may look at the end, so it waits for that or the limit.
    var isComplete: Bool {
        octets.count >= expectation.limit || (hasText && expectation.pattern == nil)
    }

    /// Says that the text is not there; nil if it is, or none is looked for.
    var problem: String? {
        hasText ? nil : "\"\(expectation.text ?? "")\" is not in the body (\(expectation.extent(of: octets.count)))"
    }

    /// Looks for `text` where it may have become complete: its last octet is at `known` or later.
    private mutating func look(for text: [UInt8], from known: Int) {
        var start = max(0, known - text.count + 1)
        while start + text.count <= octets.count {
            if octets[start..<start + text.count].elementsEqual(text) {
                hasText = true
                return
            }
            start += 1
        }
    }
}

extension BodyExpectation {
    /// How much of a body was looked at.
    func extent(of count: Int) -> String { count >= limit ? "the first \(count) octets" : "\(count) octets" }
}
