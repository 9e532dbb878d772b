// Reads names of messages once more, by code that shares nothing with the code under test.

/// A name in a message: its labels in lower case, and where it ends.
package struct WireName: Equatable {
    package var labels: [[UInt8]]
    /// In the spelling of the message, uncompressed.
    package var wire: [UInt8]
    package var end: Int
    package var isCompressed: Bool

    /// Reads the name at `offset`; nil if there is none, or a pointer does not point strictly before the part of the
    /// name that it stands in (RFC 1035 §4.1.4, RFC 9267 §2).
    package init?(_ message: [UInt8], at offset: Int) {
        var parts = [offset]
        var position = offset
        var end: Int?
        labels = []
        wire = []
        while true {
            guard message.indices.contains(position) else { return nil }
            let octet = Int(message[position])
            if octet == 0 { break }
            switch octet >> 6 {
            case 0:
                guard position + octet < message.count else { return nil }
                let label = message[position + 1...position + octet]
                wire += [UInt8(octet)] + label
                labels.append(label.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 })
                position += 1 + octet
            case 3:
                guard position + 1 < message.count else { return nil }
                let target = (octet & 0x3f) << 8 | Int(message[position + 1])
                guard parts.allSatisfy({ target < $0 }) else { return nil }
                parts.append(target)
                end = end ?? position + 2
                position = target
            default: return nil
            }
        }
        wire.append(0)
        guard wire.count <= 255 else { return nil }
        self.end = end ?? position + 1
        isCompressed = end != nil
    }

    /// Walks over the name at `offset` without following its pointer, wherever that points; nil if it does not end.
    package init?(skipping message: [UInt8], at offset: Int) {
        var position = offset
        while message.indices.contains(position), (1...63).contains(message[position]) {
            position += 1 + Int(message[position])
        }
        guard message.indices.contains(position), message[position] == 0 || message[position] >= 0xc0 else {
            return nil
        }
        (labels, wire) = ([], [])
        isCompressed = message[position] != 0
        end = position + (isCompressed ? 2 : 1)
    }

    /// Whether it is `other` or lies below it.
    package func isAtOrBelow(_ other: WireName) -> Bool {
        labels.count >= other.labels.count && labels.suffix(other.labels.count) == other.labels[...]
    }
}
