// The tables of keys, docs/configuration.md and the reader say the same. `DOCS=write swift test --filter
// ConfigurationReferenceTests` writes the documents anew.

import Foundation
import Testing

@testable import ServerConfiguration

@Suite struct ConfigurationReferenceTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test(arguments: [("configuration.md", configurationReference()), ("triagedns.schema.json", configurationSchema())])
    func documentIsWhatTheTablesSay(_ name: String, _ text: String) throws {
        let file = Self.root.appending(path: "docs/\(name)")
        if ProcessInfo.processInfo.environment["DOCS"] == "write" {
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == text, "DOCS=write swift test --filter \(Self.self)")
    }

    private static let examples = KeySection.all.map(\.example).filter { !$0.isEmpty }

    @Test func everyKeyIsInAnExample() throws {
        var missing = Set(KeySection.all.flatMap { section in section.keys.map { "\(section.path): \($0.name)" } })
        for example in Self.examples {
            let tree = try ExampleTree(example)
            for (path, section) in tree.places(.section(.file)) {
                for key in section.keys where tree.value(at: path + [key.name]) != nil {
                    missing.remove("\(section.path): \(key.name)")
                }
            }
        }
        #expect(missing == [])
    }

    @Test func everySectionIsInTheReference() {
        var sections = ["the file"]
        func add(_ shape: ValueShape) {
            for form in shape.forms {
                switch form {
                case .section(let section):
                    sections.append(section.path)
                    section.keys.forEach { add($0.shape) }
                case .named(_, let shape), .list(let shape): add(shape)
                default: break
                }
            }
        }
        KeySection.file.keys.forEach { add($0.shape) }
        #expect(Set(sections) == Set(KeySection.all.map(\.path)))
        #expect(KeySection.all.count == Set(sections).count)
    }

    /// Nonsense in place of its value is reported, for each key: so there is none that nobody reads.
    @Test(arguments: examples) func everyKeyIsRead(_ example: String) throws {
        let files = try ExampleDirectory()
        let tree = try ExampleTree(example)
        let nonsense = ExampleTree.mapping([("no such key", .mapping([]))])
        #expect(files.read(tree.text).findings == [], "\(example)")
        for (path, section) in tree.places(.section(.file)) {
            for key in section.keys where tree.value(at: path + [key.name]) != nil {
                let place = path + [key.name]
                let removed = files.read(tree.with(nil, at: place).text).findings
                let (configuration, findings) = files.read(tree.with(nonsense, at: place).text)
                #expect(configuration == nil && findings != removed, "\(place)")
            }
        }
    }

    /// Writing the default of a key changes nothing.
    @Test func defaultsAreThoseOfTheReader() throws {
        let files = try ExampleDirectory()
        var untested = Set<String>()
        var tested = Set<String>()
        for tree in try Self.examples.map({ try ExampleTree($0) }) {
            for (path, section) in tree.places(.section(.file)) {
                for key in section.keys {
                    guard case .value(let preset) = key.preset else { continue }
                    let name = "\(section.path): \(key.name)"
                    untested.insert(name)
                    let place = path + [key.name]
                    guard let without = files.read(tree.with(nil, at: place).text).configuration,
                        let with = files.read(tree.with(try ExampleTree(preset), at: place).text).configuration
                    else { continue }
                    tested.insert(name)
                    #expect(with == without, "\(name): \(preset)")
                }
            }
        }
        #expect(untested.subtracting(tested) == [])
    }

    @Test func saysWhatAReloadLeavesAlone() {
        let keys = KeySection.server.keys.filter { $0.text.contains("Needs a start.") }.map(\.name)
        #expect(keys == ServerSettings.keysReadAtStart)
    }

    /// What the documents show of triagedns.yaml can be read.
    @Test func examplesOfAllDocumentsAreRead() throws {
        let files = try ExampleDirectory()
        let documents = try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: "docs").path)
            .filter { $0.hasSuffix(".md") }.map { "docs/\($0)" }
        var count = 0
        for document in documents + ["README.md"] {
            let text = try String(contentsOf: Self.root.appending(path: document), encoding: .utf8)
            for part in text.components(separatedBy: "```yaml\n").dropFirst() {
                let example = part.components(separatedBy: "```")[0]
                guard example.contains(/(?m)^(server|checks|pools|prober|notify):/) else { continue }
                count += 1
                let whole = example.contains(/(?m)^checks:/) ? example : "checks: {dicom: {type: dicom}}\n" + example
                let errors = files.read(whole).findings.filter { $0.contains(": error: ") }
                #expect(errors == [], "\(document): \(example)")
            }
        }
        #expect(count >= Self.examples.count)
    }
}
