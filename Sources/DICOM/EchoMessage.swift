// C-ECHO-RQ and C-ECHO-RSP (PS3.7 §9.3.5, Tables 9.3-12 and 9.3-13): a command set of elements, each group, element,
// length and value in little endian, whatever transfer syntax was agreed (PS3.7 §6.3.1).

/// A command, as far as C-ECHO needs it.
package struct EchoMessage: Equatable, Sendable {
    package var command: Command
    /// Of the request itself, or the one that the response answers.
    package var messageID: UInt16
    /// In responses; 0 is success (PS3.7 Annex C).
    package var status: UInt16?

    package struct Command: RawRepresentable, Equatable, Sendable {
        package var rawValue: UInt16

        package init(rawValue: UInt16) { self.rawValue = rawValue }

        package static let echoRequest = Command(rawValue: 0x0030)
        package static let echoResponse = Command(rawValue: 0x8030)
    }

    package init(command: Command, messageID: UInt16, status: UInt16? = nil) {
        self.command = command
        self.messageID = messageID
        self.status = status
    }

    /// Element numbers of group 0000 (PS3.7 §E.1).
    private enum Element {
        static let groupLength: UInt16 = 0x0000
        static let affectedSOPClass: UInt16 = 0x0002
        static let commandField: UInt16 = 0x0100
        static let messageID: UInt16 = 0x0110
        static let messageIDRespondedTo: UInt16 = 0x0120
        static let dataSetType: UInt16 = 0x0800
        static let status: UInt16 = 0x0900
    }

    /// The value of (0000,0800) that says that no data set follows.
    private static let noDataSet: UInt16 = 0x0101

    /// Reads a complete command set; elements that C-ECHO does not know are skipped.
    package init(commandSet octets: [UInt8]) throws(PDUError) {
        var reader = ByteReader(octets[...])
        var values: [UInt16: UInt16] = [:]
        while !reader.isAtEnd {
            guard let group = reader.littleEndian16(), let element = reader.littleEndian16(),
                let length = reader.littleEndian32(), let value = reader.take(Int(length))
            else { throw .truncated("command set") }
            var number = ByteReader(value)
            if group == 0, length == 2 { values[element] = number.littleEndian16() }
        }
        guard let field = values[Element.commandField] else { throw .malformed("a command set without a command") }
        let identifier = values[Element.messageIDRespondedTo] ?? values[Element.messageID]
        self.init(
            command: Command(rawValue: field), messageID: identifier ?? 0, status: values[Element.status])
    }

    package var commandSet: [UInt8] {
        var elements: [UInt8] = []
        // A UID in a command set is padded to an even length with a NUL (PS3.5 §9.1).
        Self.append(Element.affectedSOPClass, Array(UID.verification.utf8) + [0], to: &elements)
        Self.append(Element.commandField, command.rawValue, to: &elements)
        let isResponse = command.rawValue & 0x8000 != 0
        Self.append(isResponse ? Element.messageIDRespondedTo : Element.messageID, messageID, to: &elements)
        Self.append(Element.dataSetType, Self.noDataSet, to: &elements)
        if let status { Self.append(Element.status, status, to: &elements) }

        var length: [UInt8] = []
        length.appendLittleEndian(UInt32(truncatingIfNeeded: elements.count))
        var octets: [UInt8] = []
        Self.append(Element.groupLength, length, to: &octets)
        return octets + elements
    }

    private static func append(_ element: UInt16, _ value: [UInt8], to octets: inout [UInt8]) {
        octets.appendLittleEndian(UInt16(0))
        octets.appendLittleEndian(element)
        octets.appendLittleEndian(UInt32(truncatingIfNeeded: value.count))
        octets += value
    }

    private static func append(_ element: UInt16, _ value: UInt16, to octets: inout [UInt8]) {
        var number: [UInt8] = []
        number.appendLittleEndian(value)
        append(element, number, to: &octets)
    }
}
