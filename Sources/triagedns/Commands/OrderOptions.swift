// What the commands have in common that order something: the target, the words that go with it, and the request.

import Admin
import ArgumentParser
import DNSCore
import Foundation
import HealthChecks
import NIOHTTP1

struct OrderOptions: ParsableArguments {
    static let exitCodes = ExitMeaning.list(
        (.done, "done"), (.failed, "the server refuses it"), (.unreachable, "the server cannot be reached"))

    @Argument(help: "The pool.", completion: Completion.pools)
    var pool: String

    @Argument(help: "The target.", completion: Completion.targets)
    var target: String

    @Option(help: "Why, for those who read the events and the status.")
    var reason: String?

    @Option(help: "Who orders it; the user's name if it is left out.")
    var by: String?

    @Flag(help: "Also if it takes the last target out of service, or more than min_healthy allows.")
    var force = false

    @OptionGroup var report: ReportOptions

    /// Whether what the API says is printed as it is.
    var json: Bool { report.json }

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
        let answer = try await send(verb, values)
        if !json { print(OrderText(answer, at: .now).text) }
    }

    /// Asks the server; prints what it says where that is wanted.
    func send(_ verb: String, _ values: [String: Value] = [:]) async throws -> TargetReport {
        var values = values
        values["reason"] = reason.map { .text($0) }
        values["by"] = (by ?? Self.userName).map { .text($0) }
        if force { values["force"] = .boolean(true) }
        let body = String(decoding: try JSONEncoder().encode(values), as: UTF8.self)
        let connection = try report.server.connect()
        let answer = try await connection.send(.POST, "\(path)/\(verb)", json: body)
        let result: TargetReport = try connection.decode(answer)
        if json { print(answer, terminator: "") }
        return result
    }

    /// What the server says of the target.
    func status() async throws -> TargetReport {
        let connection = try report.server.connect()
        return try connection.decode(try await connection.get(path))
    }

    private var path: String {
        "/v1/pools/\(ServerConnection.escaped(pool))/targets/\(ServerConnection.escaped(target))"
    }

    /// Of whoever has called sudo, if anybody has.
    private static var userName: String? {
        let environment = ProcessInfo.processInfo.environment
        return ["SUDO_USER", "USER", "LOGNAME"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    }
}
