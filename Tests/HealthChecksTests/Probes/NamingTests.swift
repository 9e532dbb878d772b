// What a check takes of the names that clients use: only what makes it another probe.

import Checks
import Testing

@Suite struct NamingTests {
    private let names = ["*.example.org", "pacs.example.org", "www.example.org"]

    private func taken(_ kind: CheckDefinition.Kind) -> [String] {
        CheckDefinition(name: "c", kind: kind, port: 1).naming(names).clientNames
    }

    @Test func firstNameIsSent() {
        let first = ["pacs.example.org"]
        #expect(taken(.http(HTTPOptions())) == first)
        #expect(taken(.tls(TLSOptions())) == first)
        #expect(taken(.https(HTTPOptions(host: "a"), TLSOptions())) == first)
        #expect(taken(.dicom(DICOMOptions(), TLSOptions())) == first)
        #expect(taken(.exec(ProgramOptions(path: "/bin/true"))) == first)
    }

    @Test func noNameIsTakenThatMakesNoDifference() {
        #expect(taken(.tcp) == [])
        #expect(taken(.dicom(DICOMOptions(), nil)) == [])
        #expect(taken(.http(HTTPOptions(host: "a"))) == [])
        #expect(taken(.https(HTTPOptions(), TLSOptions(serverName: "a"))) == [])
    }

    @Test func allNamesAreToBeCovered() {
        var options = TLSOptions(serverName: "a")
        options.coversNames = true
        #expect(taken(.tls(options)) == names)
        #expect(taken(.https(HTTPOptions(host: "a"), options)) == names)
    }
}
