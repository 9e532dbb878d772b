// docs/checks.md has the keys that are read, and no others. `DOCS=write swift test --filter CheckReferenceTests` writes
// the tables anew.

import Foundation
import ServerConfiguration
import Testing

@Suite struct CheckReferenceTests {
    private let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "docs/checks.md")

    @Test func documentHasTheKeys() throws {
        let text = try String(contentsOf: file, encoding: .utf8)
        let parts = text.components(separatedBy: "<!-- keys -->\n")
        try #require(parts.count == 3, "two marks around the tables")
        if ProcessInfo.processInfo.environment["DOCS"] == "write" {
            let new = [parts[0], tables, parts[2]].joined(separator: "<!-- keys -->\n")
            try new.write(to: file, atomically: true, encoding: .utf8)
        } else {
            #expect(parts[1] == tables)
        }
    }

    private var tables: String {
        let types = checkTypes.map { "| `\($0.name)` | \($0.text) |\n" }.joined()
        let keys = checkKeys.map { key in
            "| `\(key.name)` | \(key.types.joined(separator: ", ")) | \(key.value) | \(key.preset) | \(key.text) |\n"
        }
        return "| `type` | passes if |\n|---|---|\n" + types
            + "\n| key | for | value | default | |\n|---|---|---|---|---|\n" + keys.joined()
    }
}
