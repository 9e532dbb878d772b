// Names as master files write them (RFC 1035 §5.1), read from a logical line into a buffer that is used again.

internal import DNSCore

/// Reads the name at `range` of a logical line into `wire`, completing a relative one with `origin`.
/// - Returns: whether it was relative.
func readName(
    _ text: Span<UInt8>, _ range: Range<Int>, origin: [UInt8], into wire: inout [UInt8]
) throws(NameError) -> Bool {
    wire.removeAll(keepingCapacity: true)
    if range.count == 1, text[range.lowerBound] == Octet.at {
        wire.append(contentsOf: origin)
        return false
    }
    wire.append(0)
    if range.count == 1, text[range.lowerBound] == Octet.dot { return false }
    var labelStart = 0
    var offset = range.lowerBound
    while offset < range.upperBound {
        let octet = text[offset]
        if octet == Octet.dot {
            guard wire.count > labelStart + 1 else { throw .emptyLabel }
            wire[labelStart] = UInt8(truncatingIfNeeded: wire.count - labelStart - 1)
            labelStart = wire.count
            wire.append(0)
            offset += 1
        } else if octet == Octet.backslash {
            wire.append(text.escape(&offset))
        } else {
            wire.append(octet)
            offset += 1
        }
        guard wire.count - labelStart - 1 <= DomainName.maximumLabelLength else { throw .labelTooLong }
    }
    let isRelative = wire.count > labelStart + 1
    if isRelative {
        wire[labelStart] = UInt8(truncatingIfNeeded: wire.count - labelStart - 1)
        wire.append(contentsOf: origin)
    }
    guard wire.count <= DomainName.maximumLength else { throw .nameTooLong }
    return isRelative
}

/// Whether `name`, which ends with `origin`, says it twice: `www.example.org` without its dot in example.org.
func repeatsOrigin(_ name: [UInt8], _ origin: [UInt8]) -> Bool {
    let suffix = origin.count - 1
    let start = name.count - 1 - 2 * suffix
    guard suffix > 0, start >= 0 else { return false }
    for index in 0..<suffix {
        guard DomainName.canonical(name[start + index]) == DomainName.canonical(origin[index]) else { return false }
    }
    // The match must start at a label.
    var offset = 0
    while offset < start { offset += 1 + Int(name[offset]) }
    return offset == start
}
