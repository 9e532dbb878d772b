// Which targets of a pool the clients of some networks are answered with first: branch offices go to their own site.

/// Networks, and for each the targets that it prefers. Of several networks that hold an address the longest prefix
/// decides.
public struct PoolPreferences: Hashable, Sendable {
    /// The clients of one network.
    public struct Entry: Hashable, Sendable {
        public var network: AddressPrefix
        /// Names of targets of the pool. They are answered with by the pool's policy; where none of them is in service,
        /// all others are.
        public var targets: [String]

        public init(network: AddressPrefix, targets: [String]) {
            self.network = network
            self.targets = targets
        }
    }

    public let entries: [Entry]
    /// Each set of preferred targets once.
    let choices: [Set<String>]
    /// The runs of a `PrefixTable` whose values are indices of `choices`. They do not depend on health, so they are made
    /// here and not with each snapshot.
    let starts: [UInt128]
    let values: [UInt16]

    /// The most networks of one pool.
    public static let maximumNetworks = 10_000

    public init(_ entries: [Entry] = []) {
        precondition(entries.count <= Self.maximumNetworks, "a number for each")
        self.entries = entries
        var choices: [Set<String>] = []
        var numbers: [Set<String>: UInt16] = [:]
        let table = PrefixTable(
            entries.map { entry in
                let targets = Set(entry.targets)
                let number = numbers[targets] ?? UInt16(choices.count)
                if numbers.updateValue(number, forKey: targets) == nil { choices.append(targets) }
                return (entry.network, number)
            })
        self.choices = choices
        (starts, values) = (table.starts, table.values)
    }
}
