// Tells definitions of a pool apart, also those that another run of the program had.

extension PoolDefinition {
    /// The same for equal definitions, on all machines; 16 hexadecimal digits.
    public var fingerprint: String {
        var text = "\(name)|\(policy.rawValue)|\(answers ?? 0)|\(service)|"
        for target in targets { text += "\(target)|" }
        for entry in preferences.entries {
            text += "\(entry.network.address)/\(entry.network.length) \(entry.targets)|"
        }
        let digits = String(Affinity.key(text), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
