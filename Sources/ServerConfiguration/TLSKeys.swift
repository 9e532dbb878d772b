// The keys of a check that are about TLS.

internal import Checks
internal import Foundation

/// Days to go for a certificate that a strict check has no reservations about.
private let usualMinimumDays = 14

func readTLS(_ fields: Fields) -> TLSOptions {
    var options = TLSOptions()
    options.serverName = fields["server_name"]?.text(.serverName)
    options.verification = fields["verify"]?.choice(of: TLSOptions.Verification.self) ?? .off
    let isStrict = options.verification == .strict
    options.authorityFile = fields["ca_file"]?.readableFile("ca.pem", "a PEM file")
    if let value = fields["ca_file"], !isStrict { value.failUnder(options.verification, wants: .strict) }
    options.pins = readPins(fields["pins"], options.verification, fields["verify"])
    options.minimumDays = fields["min_days"]?.integer() ?? (isStrict ? usualMinimumDays : nil)
    options.coversNames = fields["cover_name"]?.boolean() ?? isStrict
    options.clientCertificateFile = fields["client_certificate"]?.readableFile("client.pem", "a PEM file")
    options.clientKeyFile = fields["client_key"]?.readableFile("client.key", "a PEM file")
    if let key = fields["client_key"], fields["client_certificate"] == nil {
        key.report.add(
            line: key.line, "client_key needs the certificate that it is for; write client_certificate: beside it")
    }
    return options
}

private func readPins(
    _ value: Value?, _ verification: TLSOptions.Verification, _ verify: Value?
) -> [TLSOptions.Pin] {
    guard let value else {
        if verification == .pin {
            verify?.fail(
                "verify: pin needs pins; write pins: [\"...\"] beside it with what "
                    + "`openssl x509 -in cert.pem -noout -fingerprint -sha256` prints after the =")
        }
        return []
    }
    if verification != .pin { value.failUnder(verification, wants: .pin) }
    if value.list().isEmpty { value.fail("pins names no certificate; write at least one") }
    return value.list().compactMap { $0.text(.pin).flatMap(CheckRule.pin) }
}

extension Value {
    /// Says that a key means nothing under what `verify` says.
    fileprivate func failUnder(_ verification: TLSOptions.Verification, wants wanted: TLSOptions.Verification) {
        report.add(
            line: line,
            "\(name) has no effect with verify: \(verification.rawValue); write verify: \(wanted.rawValue) beside it, or "
                + "remove it")
    }

    /// The path of a file that is there.
    func readableFile(_ example: String, _ what: String) -> String? {
        guard let path = filePath(example) else { return nil }
        var isDirectory: ObjCBool = false
        let exists = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
        if !exists || isDirectory.boolValue || !FileManager.default.isReadableFile(atPath: path) {
            fail("\(name): cannot read \(path); write the path of \(what), as seen from this file's directory")
        }
        return path
    }

    /// One of the words of a type.
    func choice<Word: CaseIterable & RawRepresentable<String>>(of type: Word.Type) -> Word? {
        choice().flatMap(Word.init(rawValue:))
    }
}
