// The keys of a pool that say when it is out of service and what keeps members in or out.

internal import Checks
internal import DNSCore

/// Reads them out of a pool's fields.
struct PoolHealthReader {
    let policy: PoolPolicy
    let targets: [TargetDefinition]
    let fields: Fields

    private var usesWeights: Bool { policy == .weighted }
    private var hasHosts: Bool { targets.first?.isAnsweredAsHost ?? false }

    // MARK: Service

    func readService() -> ServiceRules {
        var rules = ServiceRules()
        if let value = fields["min_healthy"] { rules.minimumHealthy = readMinimum(value) ?? rules.minimumHealthy }
        rules.whenAllDown = fields["when_all_down"]?.choice(of: ServiceRules.WhenAllDown.self) ?? rules.whenAllDown
        rules.backup = readBackup(rules.whenAllDown)
        rules.degraded = readDegraded()
        return rules
    }

    private func readMinimum(_ value: Value) -> ServiceRules.MinimumHealthy? {
        if let text = value.text, text.hasSuffix("%") {
            guard let percent = Int(text.dropLast()), 1...100 ~= percent else {
                value.fail("min_healthy must be from 1% to 100%\(value.butIs)")
                return nil
            }
            return .percent(percent)
        }
        guard let text = value.text, let count = Int(text), count >= 1 else {
            value.fail("min_healthy must be a number of targets or a share of them\(value.butIs); write 1 or 50%")
            return nil
        }
        guard count <= max(1, targets.count) else {
            value.fail(
                "min_healthy is \(count), but the pool has \(targets.count) targets; write \(targets.count) or less")
            return nil
        }
        return .count(count)
    }

    private func readBackup(_ whenAllDown: ServiceRules.WhenAllDown) -> ServiceRules.Backup? {
        guard let value = fields["backup"] else {
            if whenAllDown == .backup {
                fields["when_all_down"]?.fail("when_all_down: backup needs one; write backup: and a pool or addresses")
            }
            return nil
        }
        if whenAllDown != .backup {
            value.report.add(
                line: value.line, "backup has no effect without when_all_down: backup; write that, or remove backup")
        }
        let texts = value.list().compactMap(\.text)
        if texts.count == 1, let text = texts.first, IPAddress(text) == nil {
            if isIdentifier(text) { return .pool(text) }
            guard hasHosts, let name = try? DomainName(text), !name.isRoot, text != "@" else {
                value.fail(
                    "backup must be a pool\(hasHosts ? ", or a host name" : ", or addresses")\(value.butIs); "
                        + "write backup: \(hasHosts ? "other.example.org" : "[192.0.2.99]")")
                return nil
            }
            return .host(name)
        }
        return readBackupAddresses(value)
    }

    private func readBackupAddresses(_ value: Value) -> ServiceRules.Backup? {
        var addresses: [IPAddress] = []
        for element in value.list() {
            guard let text = element.text, let address = IPAddress(text) else {
                element.fail("an address of backup must be IPv4 or IPv6\(element.butIs); write 192.0.2.99")
                continue
            }
            if addresses.contains(address) {
                element.fail("backup names \(text) twice; remove one of the two")
            } else {
                addresses.append(address)
            }
        }
        if value.list().isEmpty { value.fail("backup names no address; write backup: [192.0.2.99]") }
        if hasHosts, !addresses.isEmpty {
            value.fail("backup has addresses, but the pool's targets are hosts; write a host name, or such a pool")
        }
        return addresses.isEmpty ? nil : .addresses(addresses)
    }

    private func readDegraded() -> ServiceRules.DegradedService {
        let word = fields["degraded"]?.choice() ?? "last"
        if word == "lower_weight", !usesWeights {
            fields["degraded"]?.fail(
                "degraded: lower_weight has no effect under \(policy.rawValue); write policy: weighted, or degraded: last"
            )
        }
        var tenths: UInt8 = 1
        if let value = fields["degraded_weight"] {
            if word != "lower_weight" {
                value.report.add(
                    line: value.line,
                    "degraded_weight has no effect without degraded: lower_weight; write that, or remove it")
            }
            let percent = value.text.flatMap { $0.hasSuffix("%") ? Int($0.dropLast()) : nil }
            guard let percent, 10...90 ~= percent, percent % 10 == 0 else {
                value.fail("degraded_weight must be 10%, 20% and so on up to 90%\(value.butIs)")
                return .last
            }
            tenths = UInt8(percent / 10)
        }
        switch word {
        case "equal": return .equal
        case "lower_weight": return .lowerWeight(tenths: tenths)
        default: return .last
        }
    }
}
