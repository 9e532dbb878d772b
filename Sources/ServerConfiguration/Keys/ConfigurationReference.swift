// docs/configuration.md, out of the tables of keys.

/// Every key of triagedns.yaml, in Markdown, as docs/configuration.md has it.
public func configurationReference() -> String {
    """
    # Configuration reference

    Every key of `triagedns.yaml`, which stands beside the zone files. The server's own tables have written this page \
    (`triagedns config-reference`), and a test holds them to it.

    - Durations are written `500ms`, `10s`, `5min`, `1h`, `30d`. Where a list is taken, so is a single value. File names are seen \
    from the directory of the file.
    - `triagedns check DIR` says what is wrong with the file: where, and what to write instead. An error in it keeps a running \
    server at what it has.
    - For editors that speak to the YAML language server there is a [JSON Schema](triagedns.schema.json) \
    (`triagedns config-reference --schema`). Point at it in the first line of the file: \
    `# yaml-language-server: $schema=triagedns.schema.json`.

    """ + KeySection.all.map { "\n" + $0.markdown }.joined()
}

extension KeySection {
    /// The heading's address within the page.
    var anchor: String {
        path.lowercased().filter { $0.isLetter || $0.isNumber || "-_ ".contains($0) }.replacing(" ", with: "-")
    }

    private var isInner: Bool { path.split(separator: ": ").filter { $0 != "NAME" }.count > 1 }

    fileprivate var markdown: String {
        let heading = (isInner ? "### " : "## ") + (path == KeySection.file.path ? "The file" : "`\(path)`")
        let yaml = example.isEmpty ? "" : "```yaml\n\(example)\n```\n"
        return [heading + "\n", text.isEmpty ? "" : text + "\n\n", yaml, yaml.isEmpty ? "" : "\n", table].joined()
    }

    private var table: String {
        let hasOwners = keys.contains { !$0.owners.isEmpty }
        let head = ["key"] + (hasOwners ? ["for"] : []) + ["value", "default", ""]
        let lines = "| \(head.joined(separator: " | ")) |\n" + String(repeating: "|---", count: head.count) + "|\n"
        return lines
            + keys.map { key in
                let owners = hasOwners ? [key.owners.joined(separator: ", ")] : []
                let cells = ["`\(key.name)`"] + owners + [key.shape.description, key.preset.description, key.text]
                return cells.map { "| \($0.replacing("|", with: "\\|")) " }.joined() + "|\n"
            }.joined()
    }
}

extension ConfigurationKey.Preset {
    fileprivate var description: String {
        switch self {
        case .value(let text): "`\(text)`"
        case .words(let text): text
        case .nothing: ""
        case .required: "must be written"
        }
    }
}
