// The Authorization header of a probe, from a file that is read each time: a new secret counts from the next probe on,
// and none is kept, shown or logged.

internal import Checks
#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension HTTPOptions.Credentials {
    /// Value of the header (RFC 9110 §11.6.2).
    func header() throws(ProbeNotRun) -> String {
        guard let data = try? Data(contentsOf: URL(filePath: file)), let secret = Self.secret(in: data) else {
            throw ProbeNotRun("cannot read a secret from \(file)")
        }
        switch self {
        case .basic: return "Basic \(Data(secret.utf8).base64EncodedString())"
        case .bearer: return "Bearer \(secret)"
        }
    }

    /// The file's only line, without what editors put at its end; nil if it can be no secret.
    private static func secret(in data: Data) -> String? {
        guard data.count <= 16_384, let text = String(validating: data, as: UTF8.self) else { return nil }
        let line = text.prefix { !$0.isNewline }
        let rest = text.dropFirst(line.count)
        guard !line.isEmpty, rest.allSatisfy(\.isWhitespace) else { return nil }
        return line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f } ? String(line) : nil
    }
}
