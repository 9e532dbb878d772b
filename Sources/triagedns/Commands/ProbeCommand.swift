import ArgumentParser
import Checks
import DNSCore
import Foundation
import HealthChecks
import NIOPosix
import ServerConfiguration
import Terminal

struct ProbeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe", abstract: "Run one check by hand, and print each layer with its time.",
        discussion: """
            What to reach for when a target is down: the same probe as the server's, and its verdict. The options are
            the keys of a check in triagedns.yaml, which docs/checks.md explains.

              triagedns probe https 192.0.2.11:443 --path '/orthanc/changes?last' --expect-status 200-299,401,403
              triagedns probe dicom 192.0.2.11:11112 --called-aet ORTHANC
              triagedns probe exec 192.0.2.11 -- /usr/lib/nagios/plugins/check_ssh '{address}'

            \(ExitMeaning.list((.done, "passed or degraded"), (.failed, "failed, or this machine could not run it")))
            """)

    enum Kind: String, ExpressibleByArgument, CaseIterable { case tcp, tls, http, https, dicom, exec }

    @Argument(help: "tcp, tls, http, https, dicom or exec.")
    var kind: Kind

    @Argument(help: ArgumentHelp("Address or host name, and port.", valueName: "host:port"))
    var target: String

    @Flag(help: "Print the verdict as JSON.")
    var json = false

    @OptionGroup var output: OutputOptions
    @OptionGroup(title: "All types") var common: CommonOptions
    @OptionGroup(title: "http, https") var web: WebOptions
    @OptionGroup(title: "tls, https, dicom --tls") var security: SecurityOptions
    @OptionGroup(title: "dicom") var echo: EchoOptions
    @OptionGroup(title: "exec") var program: ProgramOptions

    func run() async throws {
        let (name, port) = try place()
        let check = try definition(port: port)
        let prober = Prober(group: MultiThreadedEventLoopGroup.singleton)
        let verdict: Verdict
        do {
            if let address = IPAddress(name) {
                verdict = try await prober.probe(check, address: address)
            } else if let host = try? DomainName(name) {
                verdict = try await prober.probe(check, host: host)
            } else {
                throw ValidationError("\(name) is neither an address nor a host name")
            }
        } catch let problem as ProbeNotRun {
            throw CommandFailure("not run: \(problem)")
        }
        print(json ? try ProbeReport(verdict).json : text(verdict).text(output.palette))
        if verdict.outcome.isFailure { throw ExitMeaning.failed.code }
    }

    private func text(_ verdict: Verdict) -> [Line] {
        var lines = verdict.layers.map { layer in
            Line(
                Piece("\(layer.layer.rawValue.padded) \(spoken(layer.duration))"),
                Piece(layer.detail.map { "  \($0)" } ?? ""))
        }
        switch verdict.outcome {
        case .passed: lines.append(Line(Piece("passed", .good), Piece("  \(spoken(verdict.latency))")))
        case .degraded(let layer, let text):
            lines.append(Line(Piece("degraded", .warning), Piece(" at \(layer.rawValue): \(text)")))
        case .failed(let layer, let text):
            lines.append(Line(Piece("failed", .bad), Piece(" at \(layer.rawValue): \(text)")))
        }
        return lines
    }

    private func spoken(_ duration: Duration) -> String {
        String(format: "%8.1f ms", duration / .milliseconds(1))
    }

    private func place() throws -> (String, UInt16?) {
        if let endpoint = SocketEndpoint(target) { return ("\(endpoint.address)", endpoint.port) }
        let parts = target.split(separator: ":", omittingEmptySubsequences: false)
        if kind == .exec, parts.count == 1 || IPAddress(target) != nil, !target.isEmpty { return (target, nil) }
        guard parts.count == 2, !parts[0].isEmpty, let port = UInt16(parts[1]), port > 0 else {
            throw ValidationError(
                "\(target) is not HOST:PORT; write 192.0.2.11:443, [2001:db8::11]:443 or pacs.example.org:443")
        }
        return (String(parts[0]), port)
    }

    /// What the options say, read by the rules of triagedns.yaml.
    private func definition(port: UInt16?) throws -> CheckDefinition {
        var options = common.keys + web.keys + security.keys + echo.keys + program.keys
        if let port { options.append(("port", ["\(port)"])) }
        let (check, problems) = readCheck(type: kind.rawValue, options: options)
        guard let check else { throw ValidationError(problems.joined(separator: "\n")) }
        return check.naming(common.name.map { [$0] } ?? [])
    }

    func validate() throws {
        _ = try definition(port: try place().1)
    }
}

extension String {
    fileprivate var padded: String { self + String(repeating: " ", count: max(0, 7 - count)) }
}
