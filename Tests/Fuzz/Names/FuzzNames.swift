// Names with compression: `DomainName.read`, `QueryName.read` and a reader of the tests' own must agree.
//
// Input: the offset of the name, one octet, then the message.

@testable import DNSCore
import FuzzSupport

@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe octets(start, count)
    guard let offset = input.first.map(Int.init) else { return InputUse.leftOut }
    let message = Array(input.dropFirst())
    let expected = WireName(message, at: offset)
    checkCompressed(message, offset, expected)
    checkUncompressed(message, offset, expected)
    return InputUse.kept
}

private func checkCompressed(_ message: [UInt8], _ offset: Int, _ expected: WireName?) {
    guard let (name, end) = try? DomainName.read(message.span, at: offset) else {
        return demand(expected == nil, "\(hex(message)) at \(offset): refused")
    }
    demand(name.wire == expected?.wire && end == expected?.end, "\(hex(message)) at \(offset): \(hex(name.wire))")
    demand((try? DomainName(name.description)) == name, "\(name) is not read back as \(hex(name.wire))")
    demand((try? DomainName(wire: name.wire)) == name, "\(hex(name.wire)) is refused")
}

private func checkUncompressed(_ message: [UInt8], _ offset: Int, _ expected: WireName?) {
    var name = QueryName()
    let isRead = name.read(message.span, at: offset)
    guard let expected, !expected.isCompressed else {
        return demand(!isRead, "\(hex(message)) at \(offset): read as a plain name")
    }
    demand(isRead && name.length == expected.wire.count, "\(hex(message)) at \(offset): not read as a plain name")
    let canonical = (0..<name.length).map { name[$0] }
    demand(canonical == expected.labels.flatMap { [UInt8($0.count)] + $0 } + [0], "not in lower case")
    checkTable(name, canonical)
}

/// The name and all its ancestors are found in a table, by another spelling as well.
private func checkTable(_ name: borrowing QueryName, _ canonical: [UInt8]) {
    var table = NameTable(minimumCapacity: 1)
    var loud = QueryName()
    loud.set(name: canonical.map { (0x61...0x7a).contains($0) ? $0 & 0xdf : $0 })
    for label in 0...name.labelCount {
        let number = table.insert(name, label: label)
        demand(table.find(loud, label: label) == number, "the suffix from label \(label) on is not found again")
    }
}
