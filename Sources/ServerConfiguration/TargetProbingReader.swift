// What a target of a pool has of its own for its probes: other checks, or another address.

internal import Checks
internal import DNSCore

/// By name of the target; targets without such keys are left out.
func readTargetProbing(
    _ targets: [Value], _ checks: CheckTable, _ used: inout Set<String>
) -> [String: TargetProbing] {
    var probing: [String: TargetProbing] = [:]
    for target in targets where target.isMapping {
        guard target.hasKey("checks") || target.hasKey("probe"),
            let fields = target.knownFields(of: .target)
        else { continue }
        var own = TargetProbing()
        if let list = fields["checks"] {
            own.checks = readCheckNames(list, of: "the target \(target.name)", checks, &used)
        }
        if let probe = fields["probe"] { own.addresses = readProbe(probe, target.name, fields["address"]) }
        probing[target.name] = own
    }
    return probing
}

/// `{address: ...}`: one for all addresses of the target, or one for each.
private func readProbe(_ probe: Value, _ target: String, _ answered: Value?) -> [IPAddress] {
    guard let value = probe.fields(of: .probe)?["address"] else {
        if probe.isNull || (probe.isMapping && !probe.hasKey("address")) {
            probe.report.add(line: probe.line, "probe says nothing; write probe: {address: 10.0.0.11}, or remove it")
        }
        return []
    }
    let elements = value.list()
    let addresses = elements.compactMap { element -> IPAddress? in
        guard let address = element.text.flatMap({ IPAddress($0) }) else {
            element.fail(
                "the address to probe for \(target) must be IPv4 or IPv6\(element.butIs); write 10.0.0.11 or \"fd00::11\""
            )
            return nil
        }
        return address
    }
    let count = answered?.list().count ?? 1
    if elements.isEmpty || (elements.count > 1 && elements.count != count) {
        value.fail(
            "probe of \(target) has \(elements.count) addresses, but the target has \(count); write one, or one for each "
                + "in their order")
    }
    return addresses
}

/// The checks that a pool or a target names, in that order.
func readCheckNames(
    _ list: Value, of owner: String, after known: [CheckDefinition] = [], _ checks: CheckTable,
    _ used: inout Set<String>
) -> [CheckDefinition] {
    var result = known
    var names = Set(known.map(\.name))
    for value in list.list() {
        guard let name = value.string("[web]") else { continue }
        used.insert(name)
        guard checks.contains(name) else {
            let hint = Diagnostic.nearest(to: name, among: checks.lines.map(\.name)).map { "did you mean \($0)?" }
            value.fail("there is no check \"\(name)\"; \(hint ?? "define it in the section checks")")
            continue
        }
        guard names.insert(name).inserted else {
            value.fail("\(owner) names the check \(name) twice; remove one of the two")
            continue
        }
        if let check = checks.definitions[name] { result.append(check) }
    }
    return result
}
