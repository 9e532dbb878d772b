// What anybody can send to the admin endpoint, by the reader that it is for.
//
// Input: the first octet chooses the reader, the rest is the text.

import AdminRequests
import DNSCore
import Foundation
import FuzzSupport

private let parameters = ["after", "limit", "name", "type", "client", "at"]
private let keys: Set<String> = ["state", "weight", "from", "until"]

@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe octets(start, count)
    guard let choice = input.first else { return InputUse.leftOut }
    let body = Array(input.dropFirst())
    let text = String(decoding: body, as: UTF8.self)
    switch choice % 8 {
    case 0: readQuery(text)
    case 1: readOrder(Data(body))
    case 2: readHost(text)
    case 3: readToken(text)
    case 4: readPlace(text)
    case 5: readTag(text)
    case 6: readForm(text)
    default: readPath(text)
    }
    return InputUse.kept
}

private func readQuery(_ text: String) {
    guard let query = try? QueryParameters(text, known: parameters) else { return }
    for name in parameters {
        guard let value = query.text(name) else { continue }
        let number = try? query.number(name, in: UInt64(1)...1_000)
        demand(number.map { 1...1_000 ~= $0 } ?? true, "within its range: \(value)")
        if let whole = number { demand(UInt64(value) == whole, "the number that is written: \(value)") }
    }
    demand(query.text("other") == nil, "nothing that is not known")
}

private func readOrder(_ body: Data) {
    guard let order = try? OrderBody(body, keys: keys) else { return }
    let weight = try? order.weight()
    demand((weight ?? 0) <= 1_000_000, "a weight that a target can have")
    demand((try? order.text("reason"))?.isEmpty != true, "empty is absent")
    _ = try? order.requiredText("state", "up")
    _ = try? order.isForced()
}

private func readHost(_ text: String) {
    switch HostField(text) {
    case .address(let address): demand(IPAddress("\(address)") == address, "an address: \(address)")
    case .name(let name):
        demand(!name.isEmpty && name == name.lowercased() && !name.contains(":"), "a name alone: \(name)")
    case nil: break
    }
}

private func readToken(_ text: String) {
    guard let token = bearerToken(text) else { return }
    demand(!token.isEmpty && text.hasSuffix(token), "the end of the field")
}

private func readPlace(_ text: String) {
    guard let place = ZonePlace(text) else { return }
    demand(place.description == text, "written as it was read: \(text)")
    demand(ZonePlace(place.description) == place, "read as it was written: \(text)")
}

private func readTag(_ text: String) {
    let tag = "\"0123\""
    demand(!EntityTags.match(text, tag) || text.contains(tag) || text.contains("*"), "there: \(text)")
    demand(EntityTags.match("\(tag), \(text)", tag), "the first of several")
}

private func readForm(_ text: String) {
    guard let field = formField("token", of: text) else { return }
    demand(text.contains("token="), "there")
    demand(field.utf8.count <= text.utf8.count, "decoded is not longer")
}

private func readPath(_ text: String) {
    if let word = pathWord(text) {
        demand(!word.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7f }, "no control characters")
    }
    demand(!isPath(text, of: "/v1/pools/{pool}") || text.split(separator: "/").count == 3, "as many words")
}
