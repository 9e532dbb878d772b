// The keys of a pool that keep members in or out of service, and the section `prober`.

internal import Checks
internal import DNSCore

extension PoolHealthReader {
    func readRules() -> HealthRules {
        var rules = HealthRules()
        if let value = fields["failback"] { rules.failback = readFailback(value) ?? rules.failback }
        if let value = fields["slow_start"], value.text != "off" {
            if policy != .weighted {
                value.report.add(
                    line: value.line,
                    "slow_start has no effect under \(policy.rawValue); write policy: weighted, or remove it")
            }
            rules.slowStart = value.duration()
        }
        if let value = fields["damping"] { rules.damping = readDamping(value) }
        rules.staleAfter = fields["stale_after"]?.duration() ?? rules.staleAfter
        if let value = fields["common_mode"] { rules.commonModeHold = readHold(value) }
        return rules
    }

    private func readFailback(_ value: Value) -> HealthRules.Failback? {
        switch value.text {
        case "auto": return .auto
        case "manual": return .manual
        default: break
        }
        let words = (value.text ?? "").split(separator: " ")
        guard words.count == 2, words[0] == "delayed", let time = Duration(text: words[1]),
            time >= .seconds(1), time <= .seconds(86_400)
        else {
            value.fail(
                "failback must be auto, manual or delayed with a duration up to 24h\(value.butIs); write delayed 60s")
            return nil
        }
        return .delayed(time)
    }

    private func readDamping(_ value: Value) -> HealthRules.Damping? {
        if value.text == "off" { return nil }
        var damping = HealthRules.Damping()
        guard value.isMapping else {
            value.fail(
                "damping must be off, or keys below it\(value.butIs); write damping: {changes: 3, within: 10min}")
            return damping
        }
        guard let parts = value.fields(of: .damping) else { return damping }
        damping.transitions = parts["changes"]?.integer() ?? damping.transitions
        damping.window = parts["within"]?.duration() ?? damping.window
        damping.forgetAfter = parts["forget_after"]?.duration() ?? damping.forgetAfter
        if let hold = parts["hold"] {
            let times = hold.list().compactMap { $0.duration() }
            if times.isEmpty, hold.list().isEmpty {
                hold.fail("hold names no duration; write hold: [2min, 5min, 10min]")
            }
            if zip(times, times.dropFirst()).contains(where: { $0 > $1 }) {
                hold.fail("hold must not become shorter; write the durations in order, such as [2min, 5min, 10min]")
            }
            if !times.isEmpty { damping.holds = times }
        }
        return damping
    }
}

/// A duration, or nil for `off`.
private func readHold(_ value: Value) -> Duration? {
    value.text == "off" ? nil : value.duration()
}

/// Reads the section `prober`.
func readProber(_ section: Value) -> ProberSettings {
    var settings = ProberSettings()
    guard let fields = section.fields(of: .prober) else { return settings }
    if let value = fields["freeze"] { settings.freeze = readHold(value) }
    for element in fields["references"]?.list() ?? [] {
        guard let text = element.text, let endpoint = SocketEndpoint(text) else {
            element.fail("a reference must be an address and a port\(element.butIs); write \"192.0.2.1:443\"")
            continue
        }
        if settings.references.contains(endpoint) {
            element.fail("references names \(endpoint) twice; remove one of the two")
        } else {
            settings.references.append(endpoint)
        }
    }
    return settings
}

/// Reports backups that lead nowhere, in a circle, or to answers of another kind.
func checkBackups(of configuration: ServerConfiguration, _ report: Report, _ section: Value?) {
    let pools = Dictionary(
        configuration.pools.map { ($0.definition.name, $0.definition) }, uniquingKeysWith: { first, _ in first })
    for pool in configuration.pools {
        guard case .pool(let name) = pool.definition.service.backup else { continue }
        let own = pool.definition.name
        let line = section?.entries()?.first { $0.name == own }?.line(of: "backup") ?? pool.line
        guard let backup = pools[name] else {
            let hint = Diagnostic.nearest(to: name, among: pools.keys.filter { $0 != own }.sorted())
            report.add(
                line: line,
                "there is no pool \"\(name)\"; \(hint.map { "did you mean \($0)?" } ?? "write one of pools")")
            continue
        }
        if backup.hasHosts != pool.definition.hasHosts {
            report.add(
                line: line,
                "\(own) has \(pool.definition.hasHosts ? "hosts" : "addresses") but its backup \(name) has "
                    + "\(backup.hasHosts ? "hosts" : "addresses"); write a pool of the same kind")
        }
        var seen: Set<String> = [own]
        var next: String? = name
        // Ends: each name is looked at once.
        while let name = next, seen.insert(name).inserted {
            next = if case .pool(let further) = pools[name]?.service.backup { further } else { nil }
        }
        if next == own {
            report.add(line: line, "the backup of \(own) leads back to it; write another pool, or addresses")
        }
    }
}
