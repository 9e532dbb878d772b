import Admin
import ArgumentParser
import Foundation
import HealthChecks

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the pools of a running server: who is in service, and why not.",
        discussion: "Exit code 0: the server answered and is ready. 1: it did not, or is not.")

    @Option(help: ArgumentHelp("The server's HTTP endpoint.", valueName: "url"))
    var admin = "http://127.0.0.1:8053"

    @Flag(help: "Print what the API says.")
    var json = false

    func run() async throws {
        guard let base = URL(string: admin), base.scheme != nil else {
            throw ValidationError("--admin must be a URL such as http://127.0.0.1:8053")
        }
        let body = try await fetch(base.appendingPathComponent("v1/pools"))
        if json {
            print(String(decoding: body, as: UTF8.self), terminator: "")
        } else {
            print(Self.table(try JSONDecoder().decode(PoolsReport.self, from: body)))
        }
        _ = try await fetch(base.appendingPathComponent("readyz"))
    }

    private func fetch(_ url: URL) async throws -> Data {
        var request = URLRequest(url: url)
        request.timeoutInterval = 5
        do {
            let (body, response) = try await URLSession.shared.data(for: request)
            let status = (response as? HTTPURLResponse)?.statusCode ?? 0
            guard status == 200 else {
                complain("error: \(url): HTTP status \(status): \(String(decoding: body, as: UTF8.self))")
                throw ExitCode.failure
            }
            return body
        } catch let error as URLError {
            complain("error: no answer from \(url): \(error.localizedDescription); is the server running, is --admin right?")
            throw ExitCode.failure
        }
    }

    /// One line for each check of each address.
    static func table(_ report: PoolsReport) -> String {
        var rows = [["POOL", "TARGET", "ADDRESS", "STATE", "SERVED", "CHECK", "VERDICT"]]
        for pool in report.pools {
            for target in pool.targets {
                for address in target.addresses {
                    let served = address.inService == true ? (pool.failOpen ? "yes (fail open)" : "yes") : "no"
                    let head = [pool.name, target.name, address.address, address.state.rawValue, served]
                    if address.checks.isEmpty { rows.append(head + ["-", "not probed"]) }
                    for check in address.checks {
                        rows.append(head + ["\(check.name) \(check.port)", verdict(check)])
                    }
                }
            }
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
                .joined(separator: "  ").trimmingCharacters(in: .whitespaces)
        }.joined(separator: "\n")
    }

    private static func verdict(_ check: CheckStatus) -> String {
        guard let outcome = check.outcome else { return "no verdict yet" }
        let latency = check.latencyMilliseconds.map { " in \(String(format: "%.1f", $0)) ms" } ?? ""
        guard let layer = check.layer, let error = check.error else { return outcome + latency }
        return "\(outcome) at \(layer.rawValue): \(error)"
    }
}
