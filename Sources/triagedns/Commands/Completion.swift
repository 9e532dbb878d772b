// Names that shells offer: of the server that runs, asked shortly, or of the directory on the command line. Whatever goes
// wrong, nothing is offered, and nothing is said.

import Admin
import ArgumentParser
import DNSCore
import Foundation
import HealthChecks
import ServerConfiguration

enum Completion {
    static let pools = names { words in try await report(words).pools.map(\.name) }

    /// Of the pool that is already there.
    static let targets = names { words in
        let pools = try await report(words).pools
        let pool = pools.first { words.contains($0.name) }
        return (pool.map { [$0] } ?? pools).flatMap { $0.targets.map(\.name) }
    }

    static let zones = names { words in
        let server = try connect(words)
        let report: ZonesReport = try server.decode(try await server.get("/v1/zones"))
        return report.zones.map { $0.name == "." ? $0.name : String($0.name.dropLast()) }
    }

    /// Targets, and POOL/TARGET, of the directory on the command line.
    static let hosts = names { words in
        configuration(words)?.pools.map(\.definition).flatMap { pool in
            [pool.name] + pool.targets.flatMap { [$0.name, "\(pool.name)/\($0.name)"] }
        } ?? []
    }

    static let channels = names { words in configuration(words)?.notify.map(\.name) ?? [] }

    /// How long a shell may stand still for it.
    private static let patience = Duration.seconds(1)

    private static func names(
        _ list: @escaping @Sendable ([String]) async throws -> [String]
    ) -> CompletionKind {
        .custom { (words: [String], _: Int, _: String) async -> [String] in
            let names = (try? await list(words.map(unquoted))) ?? []
            var seen: Set<String> = []
            return names.filter { seen.insert($0).inserted }
        }
    }

    private static func report(_ words: [String]) async throws -> PoolsReport {
        let server = try connect(words)
        return try server.decode(try await server.get("/v1/pools"))
    }

    private static func connect(_ words: [String]) throws -> ServerConnection {
        var server = try ServerConnection(
            url: url(in: words) ?? Environment.admin.value ?? ServerOptions.defaultURL)
        server.client.connectTimeout = patience
        server.client.timeout = patience
        return server
    }

    /// What follows `--admin`. bash gives it in pieces: `http`, `:`, `//127.0.0.1`, `:`, `8053`.
    static func url(in words: [String]) -> String? {
        guard let option = words.firstIndex(of: "--admin") else {
            return words.first { $0.hasPrefix("--admin=") }.map { String($0.dropFirst(8)) }
        }
        var rest = words[(option + 1)...].drop { $0 == "=" }
        guard var url = rest.popFirst() else { return nil }
        while let next = rest.popFirst(), next.hasPrefix(":") {
            url += next + (next == ":" ? rest.popFirst() ?? "" : "")
        }
        return url
    }

    private static func configuration(_ words: [String]) -> ServerConfiguration? {
        let directory = words.dropFirst(2).first { word in
            FileManager.default.fileExists(atPath: configurationPath(in: word))
        }
        return directory.flatMap { readConfiguration(directory: $0).0 }
    }

    private static func unquoted(_ word: String) -> String {
        word.trimmingCharacters(in: CharacterSet(charactersIn: "'\""))
    }
}
