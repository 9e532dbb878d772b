// An example out of the reference, as a tree in which keys can be replaced, and read with the files that it names.

import DNSCore
import Foundation
import Testing
import Yams

@testable import ServerConfiguration

indirect enum ExampleTree: Equatable {
    case scalar(String)
    case list([ExampleTree])
    case mapping([(key: String, value: ExampleTree)])

    init(_ yaml: String) throws {
        self.init(try #require(try Yams.compose(yaml: yaml)))
    }

    private init(_ node: Node) {
        switch node {
        case .sequence(let elements): self = .list(elements.map { Self($0) })
        case .mapping(let entries): self = .mapping(entries.map { ($0.key.scalar?.string ?? "", Self($0.value)) })
        default: self = .scalar(node.scalar?.string ?? "")
        }
    }

    static func == (left: Self, right: Self) -> Bool { left.text == right.text }

    /// In one line, so that what is read has no lines to differ by.
    var text: String {
        switch self {
        case .scalar(let text): quoted(text)
        case .list(let elements): "[\(elements.map(\.text).joined(separator: ", "))]"
        case .mapping(let entries): "{\(entries.map { "\(quoted($0.key)): \($0.value.text)" }.joined(separator: ", "))}"
        }
    }

    /// With another value at a path of keys; nil: with none.
    func with(_ value: ExampleTree?, at path: [String]) -> ExampleTree {
        guard case .mapping(var entries) = self, let first = path.first else { return value ?? self }
        let index = entries.firstIndex { $0.key == first }
        if path.count > 1 {
            if let index { entries[index].value = entries[index].value.with(value, at: Array(path.dropFirst())) }
        } else if let value {
            if let index { entries[index].value = value } else { entries.append((first, value)) }
        } else if let index {
            entries.remove(at: index)
        }
        return .mapping(entries)
    }

    /// Where in the tree which table of keys holds.
    func places(_ shape: ValueShape, at path: [String] = []) -> [(path: [String], section: KeySection)] {
        guard case .mapping(let entries) = self else { return [] }
        for case .section(let section) in shape.forms {
            return [(path, section)]
                + entries.flatMap { entry in
                    section.key(entry.key).map { entry.value.places($0.shape, at: path + [entry.key]) } ?? []
                }
        }
        return shape.entry.map { shape in entries.flatMap { $0.value.places(shape, at: path + [$0.key]) } } ?? []
    }

    func value(at path: [String]) -> ExampleTree? {
        guard let first = path.first else { return self }
        guard case .mapping(let entries) = self else { return nil }
        return entries.first { $0.key == first }?.value.value(at: Array(path.dropFirst()))
    }
}

private func quoted(_ text: String) -> String {
    "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
}

/// A directory with every file that an example names.
final class ExampleDirectory {
    private let directory = FileManager.default.temporaryDirectory.appending(path: "example-\(UUID().uuidString)")

    init() throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let secret = Data(repeating: 7, count: 24).base64EncodedString()
        for (name, text) in [
            ("cookies.secret", String(repeating: "0a", count: 16)), ("webhook.secret", "whsec_\(secret)\n"),
            ("monitor.password", "user:word"), ("monitor.token", "token"), ("ca.pem", ""), ("client.pem", ""),
            ("client.key", ""),
        ] {
            let file = directory.appending(path: name)
            try Data(text.utf8).write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        }
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    /// Programs that only the reader of an example has are some that every machine has.
    func read(_ text: String) -> (configuration: ServerConfiguration?, findings: [String]) {
        let text = text.replacing(/\/usr\/(local|lib)\/[a-z_\/]+/, with: "/bin/true")
        let (configuration, findings) = readConfiguration(
            text: text, file: directory.appending(path: "triagedns.yaml").path)
        return (configuration, findings.map { $0.description.replacing(directory.path + "/", with: "") })
    }
}
