// The key `prefer` of a pool: networks, and which targets their clients are answered with first.

internal import DNSCore

/// - Parameter targets: the names of the pool's targets.
func readPreferences(_ value: Value, of pool: String, targets: [String]) -> PoolPreferences {
    guard let entries = value.entries() else { return PoolPreferences() }
    guard entries.count <= PoolPreferences.maximumNetworks else {
        value.fail("prefer has \(entries.count) networks, the limit is \(PoolPreferences.maximumNetworks)")
        return PoolPreferences()
    }
    var lines: [AddressPrefix: Int] = [:]
    return PoolPreferences(
        entries.compactMap { entry in
            guard let network = AddressPrefix(entry.name) else {
                value.report.add(
                    line: entry.line,
                    "\"\(entry.name)\" is not a network; write one such as 10.1.0.0/16 or \"2001:db8::/32\", with no bits "
                        + "set after the prefix")
                return nil
            }
            if let line = lines.updateValue(entry.line, forKey: network) {
                value.report.add(
                    line: entry.line, "the network \(entry.name) is in line \(line) already; keep one of the two")
            }
            return PoolPreferences.Entry(network: network, targets: readTargets(entry, of: pool, targets))
        })
}

private func readTargets(_ entry: Value, of pool: String, _ targets: [String]) -> [String] {
    let elements = entry.list()
    if elements.isEmpty { entry.fail("the network \(entry.name) prefers no target; write [\(targets[0])]") }
    return elements.compactMap { element in
        guard let name = element.text, targets.contains(name) else {
            let hint = Diagnostic.nearest(to: element.text ?? "", among: targets).map { "did you mean \($0)?" }
            element.fail(
                "prefer names targets of the pool \(pool)\(element.butIs); "
                    + (hint ?? "there are \(targets.joined(separator: ", "))"))
            return nil
        }
        return name
    }
}
