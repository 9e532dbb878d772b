// A running server, asked by a command: its answer, or why there is none in words and an exit code.

import Admin
import Foundation
import NIOHTTP1

struct ServerConnection {
    /// What `--admin` says.
    let url: String
    var client: HTTPClient

    init(url: String) throws {
        self.url = url
        client = try HTTPClient(url: url)
    }

    /// The body of a good answer.
    func get(_ path: String) async throws -> String { try await send(.GET, path) }

    /// - Parameter accepted: statuses beside 200 to 299 with which the answer is one, too.
    /// - Returns: the body.
    func send(
        _ method: HTTPMethod, _ path: String, json: String? = nil, accepted: Set<Int> = []
    ) async throws -> String {
        let answer: (status: Int, body: String)
        do {
            answer = try await client.send(method, path, json: json)
        } catch {
            throw noAnswer(error)
        }
        try require(answer.status, answer.body, accepted: accepted)
        return answer.body
    }

    /// Throws what a bad status, and the problem document with it, comes to.
    func require(_ status: Int, _ body: String, accepted: Set<Int> = []) throws {
        guard !(200...299).contains(status), !accepted.contains(status) else { return }
        if let problem = try? JSONDecoder().decode(Problem.self, from: Data(body.utf8)) {
            throw CommandFailure(problem.detail + (problem.required == nil ? "" : " (--force)"))
        }
        let words = body.trimmingCharacters(in: .whitespacesAndNewlines)
        // In words, as from /readyz; a page of somebody else is none of ours.
        guard !words.isEmpty, !words.contains("\n"), !words.hasPrefix("<") else {
            throw foreign
        }
        throw CommandFailure(words)
    }

    func decode<Report: Decodable>(_ body: String) throws -> Report {
        do {
            return try JSONDecoder().decode(Report.self, from: Data(body.utf8))
        } catch {
            throw foreign
        }
    }

    /// Something else answers, or another version.
    var foreign: CommandFailure {
        CommandFailure("\(url) does not answer as triagedns \(TriageDNS.version) does", .unreachable)
    }

    func noAnswer(_ error: any Error) -> CommandFailure {
        CommandFailure(
            "no answer from \(url): \(client.text(of: error)); is the server running, and is --admin right?",
            .unreachable)
    }

    /// A part of a path.
    static func escaped(_ name: String) -> String {
        name.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed.subtracting(["/"])) ?? name
    }

    /// `/v1/explain?name=…&type=…`
    static func path(_ path: String, _ fields: [(key: String, value: String?)]) -> String {
        let unreserved = CharacterSet(charactersIn: "-._~").union(.alphanumerics)
        let query = fields.compactMap { key, value in
            value.map { "\(key)=\($0.addingPercentEncoding(withAllowedCharacters: unreserved) ?? $0)" }
        }
        return query.isEmpty ? path : path + "?" + query.joined(separator: "&")
    }
}
