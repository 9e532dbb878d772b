// Cuts a TCP stream into protocol data units (PS3.8 §9.3.1): TCP may deliver any number of octets at a time, and dcmtk
// sends a header and its body in two segments.

/// Collects octets until a unit is complete. Never holds more than one unit of `PDU.maximumLength` and the last read.
package struct PDUFramer: Sendable {
    private var pending: [UInt8] = []

    package init() {}

    /// Whether the stream ends between two units.
    package var isEmpty: Bool { pending.isEmpty }

    /// Takes what a read has delivered.
    package mutating func append(_ octets: some Sequence<UInt8>) {
        pending.append(contentsOf: octets)
    }

    /// The next complete unit, nil if more must be read first. After an error the stream cannot be read on.
    package mutating func next() throws(PDUError) -> PDU? {
        guard let type = pending.first else { return nil }
        guard (0x01...0x07).contains(type) else { throw .unknownType(Array(pending.prefix(8))) }
        var reader = ByteReader(pending[...])
        guard pending.count >= PDU.headerLength else { return nil }
        _ = reader.take(2)
        guard let length = reader.bigEndian32() else { return nil }
        guard length <= PDU.maximumLength else { throw .tooLong(type: type, length: length) }
        guard let body = reader.take(Int(length)) else { return nil }
        let unit = try PDU(type: type, body: Array(body))
        pending.removeFirst(PDU.headerLength + body.count)
        return unit
    }
}
