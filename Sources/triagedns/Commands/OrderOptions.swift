// What the commands have in common that order something: the target, the words that go with it, and the request.

import Admin
import ArgumentParser
import DNSCore
import Foundation
import HealthChecks
import NIOHTTP1

struct OrderOptions: ParsableArguments {
    static let exitCodes = "Exit code 0: done. 1: the server refuses it. 2: the server cannot be reached."

    @Argument(help: "The pool.")
    var pool: String

    @Argument(help: "The target.")
    var target: String

    @Option(help: "Why, for those who read the events and the status.")
    var reason: String?

    @Option(help: "Who orders it; the user's name if it is left out.")
    var by: String?

    @Flag(help: "Also if it takes the last target out of service, or more than min_healthy allows.")
    var force = false

    @Flag(help: "Print what the API says.")
    var json = false

    @Option(help: ArgumentHelp("The server's HTTP endpoint.", valueName: "url"))
    var admin = "http://127.0.0.1:8053"

    /// What a body has in it beside the common keys.
    enum Value: Encodable {
        case text(String), number(Int), boolean(Bool), null

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .number(let number): try container.encode(number)
            case .boolean(let value): try container.encode(value)
            case .null: try container.encodeNil()
            }
        }
    }

    /// Asks the server, and prints what has come of it.
    func order(_ verb: String, _ values: [String: Value] = [:]) async throws {
        let report = try await send(verb, values)
        if !json { print(OrderText(report, at: Date()).text) }
    }

    /// Asks the server; prints what it says where that is wanted.
    func send(_ verb: String, _ values: [String: Value] = [:]) async throws -> TargetReport {
        var values = values
        values["reason"] = reason.map { .text($0) }
        values["by"] = (by ?? Self.userName).map { .text($0) }
        if force { values["force"] = .boolean(true) }
        let body = String(decoding: try JSONEncoder().encode(values), as: UTF8.self)
        return try await ask(.POST, "/\(verb)", json: body)
    }

    /// What the server says of the target.
    func target() async throws -> TargetReport { try await ask(.GET, "") }

    private func ask(_ method: HTTPMethod, _ end: String, json body: String? = nil) async throws -> TargetReport {
        let path = "/v1/pools/\(Self.escaped(pool))/targets/\(Self.escaped(target))\(end)"
        let server = try HTTPClient(url: admin)
        let answer: (status: Int, body: String)
        do {
            answer = try await server.send(method, path, json: body)
        } catch {
            complain(
                "error: no answer from \(admin): \(server.text(of: error)); is the server running, and is --admin right?"
            )
            throw ExitCode(2)
        }
        return try read(answer, shows: method == .POST)
    }

    private func read(_ answer: (status: Int, body: String), shows: Bool) throws -> TargetReport {
        let data = Data(answer.body.utf8)
        if json, shows { print(answer.body, terminator: "") }
        if answer.status < 300, let report = try? JSONDecoder().decode(TargetReport.self, from: data) { return report }
        guard let problem = try? JSONDecoder().decode(Problem.self, from: data) else {
            complain("error: \(admin) does not answer as triagedns does: HTTP status \(answer.status): \(answer.body)")
            throw ExitCode(2)
        }
        let hint = problem.required == nil ? "" : " (--force)"
        complain("error: \(problem.detail)\(hint)")
        throw ExitCode.failure
    }

    private static func escaped(_ name: String) -> String {
        name.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed.subtracting(["/"])) ?? name
    }

    /// Of whoever has called sudo, if anybody has.
    private static var userName: String? {
        let environment = ProcessInfo.processInfo.environment
        return ["SUDO_USER", "USER", "LOGNAME"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    }
}
