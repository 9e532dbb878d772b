// Which files of a directory are zones, and which zones they are.

import DNSCore
import Foundation
import Testing
import ZoneFiles

@Suite struct ZoneDirectoryTests {
    private func list(_ names: [String]) throws -> (files: [ZoneFile], findings: [Diagnostic], directory: String) {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("zones-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        for name in names { try Data().write(to: directory.appendingPathComponent(name)) }
        let (files, findings) = listZoneFiles(in: directory.path)
        return (files, findings, directory.path + "/")
    }

    @Test func listsZonesInOrder() throws {
        let result = try list([
            "b.example.zone", "a.example.zone", "root.zone", "0%2f25.2.0.192.in-addr.arpa.zone", "triagedns.yaml",
            ".hidden.zone", "a.example.zone~", "a%5c.b.zone",
        ])
        #expect(result.findings == [])
        #expect(
            result.files.map(\.zone.description) == [
                "0/25.2.0.192.in-addr.arpa.", "a\\.b.", "a.example.", "b.example.", ".",
            ])
        #expect(result.files[2].path == result.directory + "a.example.zone")
    }

    @Test func readsEscapesInFileNames() throws {
        let result = try list(["a%5C.b.zone", "%2f%2Fc.zone", "%2", "100%.zone", "%2%2fd.zone", "Root.zone", "@.zone"])
        #expect(result.files.map(\.zone.description) == ["%2/d.", "//c.", "100%.", ".", "a\\.b."])
        #expect(result.files.map(\.path).contains(result.directory + "a%5C.b.zone"))
        #expect(result.findings.map(\.file) == [result.directory + "@.zone"])
    }

    @Test func refusesTheSameZoneTwice() throws {
        let result = try list(["A.example.zone", "a.example.zone", "a..b.zone"])
        #expect(result.files.map(\.zone.description) == ["A.example."])
        #expect(
            result.findings.map(\.description) == [
                "\(result.directory)a..b.zone: error: the file name is not a zone name; "
                    + "name the file after its zone, such as example.org.zone",
                "\(result.directory)a.example.zone: error: the zone a.example. is already in A.example.zone; "
                    + "remove or rename one of the two files",
            ])
    }

    @Test func saysThatThereIsNoDirectory() {
        let (files, findings) = listZoneFiles(in: "/nonexistent/zones")
        #expect(files == [])
        #expect(
            findings.map(\.description) == [
                "/nonexistent/zones: error: cannot read the directory: there is no such directory"
            ])
    }

    /// The example that the package ships.
    @Test func readsTheDemo() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let (files, findings) = listZoneFiles(in: root.path + "/zones")
        #expect(findings == [])
        let file = try #require(files.first)
        #expect(file.zone.description == "example.org.")
        var sink = CollectingSink()
        let problems = readZoneFile(file.path, displayPath: file.path, origin: file.zone, into: &sink)
        #expect(problems == [])
        #expect(sink.pools.map(\.pool) == ["pacs", "dicom", "web"])
        #expect(sink.records.count == 12)
    }
}
