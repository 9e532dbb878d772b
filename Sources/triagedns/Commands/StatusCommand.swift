import Admin
import ArgumentParser
import Checks
import DNSCore
import Foundation
import HealthChecks

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the pools of a running server: who is in service, and why not.",
        discussion: "Exit code 0: the server answered and is ready. 1: it did not, or is not.")

    @Option(help: ArgumentHelp("The server's HTTP endpoint.", valueName: "url"))
    var admin = "http://127.0.0.1:8053"

    @Flag(help: "Print what the API says.")
    var json = false

    @Flag(help: "Each host once, with all of its checks, instead of pool by pool.")
    var hosts = false

    func run() async throws {
        let server = try HTTPClient(url: admin)
        let body = try await get(hosts ? "/v1/hosts" : "/v1/pools", server)
        if json {
            print(body, terminator: "")
        } else if hosts {
            print(Self.table(try JSONDecoder().decode(HostsReport.self, from: Data(body.utf8))))
        } else {
            print(Self.table(try JSONDecoder().decode(PoolsReport.self, from: Data(body.utf8))))
        }
        _ = try await get("/readyz", server)
    }

    private func get(_ path: String, _ server: HTTPClient) async throws -> String {
        do {
            let (status, body) = try await server.get(path)
            guard status == 200 else {
                complain("error: \(admin)\(path): HTTP status \(status): \(body)")
                throw ExitCode.failure
            }
            return body
        } catch let error where !(error is ExitCode) {
            complain(
                "error: no answer from \(admin): \(server.text(of: error)); is the server running, and is --admin right?"
            )
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
                        rows.append(head + [label(check), verdict(check)])
                    }
                }
            }
        }
        return aligned(rows)
    }

    /// `web 443`; what only advises in parentheses.
    static func label(_ check: CheckStatus) -> String {
        let text = check.name + (check.port.map { " \($0)" } ?? "")
        return check.role == "advisory" ? "(\(text))" : text
    }

    static func verdict(_ check: CheckStatus) -> String {
        guard let outcome = check.outcome else { return "no verdict yet" }
        let latency = check.latencyMilliseconds.map { " in \(String(format: "%.1f", $0)) ms" } ?? ""
        guard let layer = check.layer, let error = check.error else { return outcome + latency }
        return "\(outcome) at \(layer.rawValue): \(error)"
    }
}
