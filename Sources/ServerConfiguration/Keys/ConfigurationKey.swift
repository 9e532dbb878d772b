// What can be written in triagedns.yaml, in tables: what is read, what messages offer, docs/configuration.md and the
// JSON Schema all come from them. This file says what such a table is made of; KeySection+*.swift are the tables.

/// One key.
struct ConfigurationKey: Sendable {
    let name: String
    /// What it is for, where that is not all: types of checks, or the kind of a channel.
    let owners: [String]
    let shape: ValueShape
    let preset: Preset
    /// What it does, in Markdown.
    let text: String

    init(_ name: String, for owners: [String] = [], _ shape: ValueShape, _ preset: Preset, _ text: String) {
        self.name = name
        self.owners = owners
        self.shape = shape
        self.preset = preset
        self.text = text
    }

    func applies(to owner: String) -> Bool { owners.isEmpty || owners.contains(owner) }

    /// What holds if it is not written.
    enum Preset: Sendable, Equatable {
        /// The same as with this value written.
        case value(String)
        /// In words, in Markdown.
        case words(String)
        case nothing
        /// It must be written.
        case required
    }
}

/// The keys of one mapping, and how the reference presents them.
struct KeySection: Sendable {
    /// Where it is in the file, as `pools: NAME`.
    let path: String
    /// What it is about, in Markdown.
    let text: String
    /// A whole file that shows it; empty: an outer section's does.
    let example: String
    let keys: [ConfigurationKey]

    init(_ path: String, _ text: String, example: String = "", _ keys: [ConfigurationKey]) {
        self.path = path
        self.text = text
        self.example = example
        self.keys = keys
    }

    var names: [String] { keys.map(\.name) }

    func key(_ name: String) -> ConfigurationKey? { keys.first { $0.name == name } }
}

/// The values of one mapping by their keys.
struct Fields {
    private let section: KeySection
    private let values: [String: Value]

    init(_ section: KeySection, _ values: [String: Value]) {
        self.section = section
        self.values = values
    }

    /// Nil if it is not written. Only keys of the section can be asked for, so that none is read that nobody documents.
    subscript(key: String) -> Value? {
        precondition(section.key(key) != nil, "no key \(key) in the table of \(section.path)")
        return values[key]
    }

    /// In the order of the file.
    var written: [Value] { values.values.sorted { ($0.line, $0.name) < ($1.line, $1.name) } }
}
