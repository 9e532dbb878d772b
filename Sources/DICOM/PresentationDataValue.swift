// P-DATA-TF (PS3.8 §9.3.5, Annex E): presentation data values, each a fragment of a command or of a data set. A message
// may be cut into any number of them, in any number of units.

/// One fragment of a message.
package struct PresentationDataValue: Equatable, Sendable {
    package var contextID: UInt8
    /// Part of a command set, not of a data set (bit 0 of the message control header, §E.2).
    package var isCommand: Bool
    /// The last fragment (bit 1).
    package var isLast: Bool
    package var fragment: [UInt8]

    package init(contextID: UInt8, isCommand: Bool = true, isLast: Bool = true, fragment: [UInt8]) {
        self.contextID = contextID
        self.isCommand = isCommand
        self.isLast = isLast
        self.fragment = fragment
    }

    static func read(body: [UInt8]) throws(PDUError) -> [PresentationDataValue] {
        var reader = ByteReader(body[...])
        var values: [PresentationDataValue] = []
        while !reader.isAtEnd {
            guard let length = reader.bigEndian32(), length >= 2, let value = reader.take(Int(length)) else {
                throw .truncated("P-DATA-TF")
            }
            let header = value[value.startIndex + 1]
            values.append(
                PresentationDataValue(
                    contextID: value[value.startIndex], isCommand: header & 1 != 0, isLast: header & 2 != 0,
                    fragment: Array(value.dropFirst(2))))
        }
        return values
    }

    var encoded: [UInt8] {
        var octets: [UInt8] = []
        octets.appendBigEndian(UInt32(truncatingIfNeeded: fragment.count + 2))
        octets.append(contextID)
        octets.append((isCommand ? 1 : 0) | (isLast ? 2 : 0))
        return octets + fragment
    }
}

/// Puts the fragments of one command together.
package struct CommandAssembler: Sendable {
    private var octets: [UInt8] = []

    /// A longer command is refused; a C-ECHO-RSP has 78 octets.
    package static let maximumLength = 16_384

    package init() {}

    /// Takes the next fragment; the command once it is complete.
    package mutating func add(_ value: PresentationDataValue) throws(PDUError) -> EchoMessage? {
        guard value.isCommand else { throw .malformed("a data set, where C-ECHO has none") }
        guard octets.count + value.fragment.count <= Self.maximumLength else {
            throw .malformed("a command of more than \(Self.maximumLength) octets")
        }
        octets += value.fragment
        guard value.isLast else { return nil }
        defer { octets = [] }
        return try EchoMessage(commandSet: octets)
    }
}
