// The keys of a check that are about HTTP.

internal import Checks
internal import DNSCore
internal import Foundation

func readHTTP(_ fields: Fields) -> HTTPOptions {
    var options = HTTPOptions()
    options.method = fields["method"]?.text(.method) ?? options.method
    options.path = fields["path"]?.text(.path, hint: "; write path: /health") ?? options.path
    options.host = fields["host"]?.text(.host)
    options.headers = fields["headers"].map(readHeaders) ?? []
    options.credentials = readCredentials(fields)
    if let value = fields["expect_status"] { options.expectedStatus = readStatuses(value) }
    options.body = readBody(fields, method: options.method)
    return options
}

private func readStatuses(_ value: Value) -> [ClosedRange<Int>] {
    let elements = value.list()
    if elements.isEmpty { value.fail("expect_status names no status; write expect_status: [200-299, 401]") }
    return elements.compactMap { $0.text(.status).flatMap(CheckRule.statuses) }
}

/// Headers that the probe sets itself, and what to write instead.
private let reservedHeaders = [
    "host": "write host: beside headers",
    "authorization": "write basic_auth_file: or bearer_file:, so that the secret stays out of this file",
    "connection": "remove it", "content-length": "remove it", "transfer-encoding": "remove it",
]

private func readHeaders(_ section: Value) -> [HTTPOptions.Header] {
    var headers: [HTTPOptions.Header] = []
    for entry in section.entries() ?? [] {
        if let problem = CheckRule.headerName.problem("the name of a header", entry.name) {
            entry.report.add(line: entry.line, problem)
        } else if let advice = reservedHeaders[entry.name.lowercased()] {
            entry.report.add(line: entry.line, "the header \(entry.name) is set by the probe itself; \(advice)")
        } else if headers.contains(where: { $0.name.lowercased() == entry.name.lowercased() }) {
            entry.report.add(line: entry.line, "the header \(entry.name) is written twice; keep one of the two")
        } else if let value = entry.text(.headerValue) {
            headers.append(HTTPOptions.Header(name: entry.name, value: value))
        }
    }
    return headers
}

private func readCredentials(_ fields: Fields) -> HTTPOptions.Credentials? {
    let basic = fields["basic_auth_file"]?.secretFile("a file with user:password in its only line")
    let bearer = fields["bearer_file"]?.secretFile("a file with the token in its only line")
    if fields["basic_auth_file"] != nil, let other = fields["bearer_file"] {
        other.report.add(line: other.line, "there is basic_auth_file already; remove one of the two")
    }
    return basic.map { .basic(file: $0) } ?? bearer.map { .bearer(file: $0) }
}

extension Value {
    /// The path of a file that is there, and that better nobody else can read.
    func secretFile(_ what: String) -> String? {
        guard let path = readableFile("secret", what) else { return nil }
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        if let mode = attributes?[.posixPermissions] as? Int, mode & 0o007 != 0 {
            report.add(.warning, line: line, "\(name): everybody on this machine can read \(path); chmod o= \(path)")
        }
        return path
    }
}

private func readBody(_ fields: Fields, method: String) -> BodyExpectation {
    var body = BodyExpectation()
    body.text = fields["body_contains"]?.string("Orthanc")
    body.pattern = fields["body_matches"]?.text(.pattern)
    body.limit = fields["body_limit"]?.integer() ?? body.limit
    if let limit = fields["body_limit"], fields["body_contains"] == nil, fields["body_matches"] == nil {
        limit.report.add(
            line: limit.line, "body_limit has no effect without body_contains or body_matches; write one, or remove it")
    }
    if let text = fields["body_contains"], let length = body.text?.utf8.count, length > body.limit {
        text.fail("body_contains is longer than body_limit, \(body.limit) octets; write a larger body_limit")
    }
    if method == "HEAD", let value = fields["body_contains"] ?? fields["body_matches"] {
        value.report.add(
            line: value.line, "\(value.name) needs a body, which no answer to HEAD has; write method: GET")
    }
    return body
}
