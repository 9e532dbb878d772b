public import ArgumentParser
public import Checks
import DNSCore
import Foundation
import HealthChecks
import NIOPosix
import ServerConfiguration

struct ProbeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe", abstract: "Run one check by hand, and print each layer with its time.",
        discussion: """
            What to reach for when a target is down: the same probe as the server's, and its verdict.

              triagedns probe https 192.0.2.11:443 --path '/orthanc/changes?last' --expect-status 200-299,401,403
              triagedns probe dicom 192.0.2.11:11112 --called-aet ORTHANC

            Exit code 0: passed or degraded. 1: failed, or this machine could not run it.
            """)

    enum Kind: String, ExpressibleByArgument, CaseIterable { case tcp, tls, http, https, dicom }

    @Argument(help: "tcp, tls, http, https or dicom.")
    var kind: Kind

    @Argument(help: ArgumentHelp("Address or host name, and port.", valueName: "host:port"))
    var target: String

    @Option(help: "Seconds that each layer may take (default: tcp 2, tls 3, http 4, dicom 5).")
    var timeout: Double?

    @Option(help: "http, https: the path to ask for.")
    var path = "/"

    @Option(help: "http, https: the method.")
    var method = "GET"

    @Option(help: "http, https: the Host header (default: the server name, else the address).")
    var host: String?

    @Option(help: "http, https: statuses that pass, such as 200-299,401.")
    var expectStatus = "200-399"

    @Option(help: "tls, https, dicom --tls: the name for SNI and the certificate.")
    var serverName: String?

    @Option(help: "tls, https, dicom --tls: off, or strict to check the certificate.")
    var verify: TLSOptions.Verification = .off

    @Option(help: "PEM file of the authorities to trust (default: the system's).")
    var caFile: String?

    @Option(help: "dicom: the called application entity title.")
    var calledAet = "ORTHANC"

    @Option(help: "dicom: the calling application entity title.")
    var callingAet = "TRIAGEDNS"

    @Flag(help: "dicom: over TLS.")
    var tls = false

    func run() async throws {
        let (name, port) = try place()
        let check = CheckDefinition(name: kind.rawValue, kind: checkKind, port: port, timeouts: timeouts)
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
            print("not run: \(problem)")
            throw ExitCode.failure
        }
        report(verdict)
        if verdict.outcome.isFailure { throw ExitCode.failure }
    }

    private func report(_ verdict: Verdict) {
        let milliseconds = { (duration: Duration) in
            String(
                format: "%8.1f ms",
                Double(duration.components.seconds) * 1e3 + Double(duration.components.attoseconds) / 1e15)
        }
        for layer in verdict.layers {
            print(
                "\(layer.layer.rawValue.padded) \(milliseconds(layer.duration))\(layer.detail.map { "  \($0)" } ?? "")")
        }
        switch verdict.outcome {
        case .passed: print("passed  \(milliseconds(verdict.latency))")
        case .degraded(let layer, let text), .failed(let layer, let text):
            print("\(verdict.outcome.name) at \(layer.rawValue): \(text)")
        }
    }

    private func place() throws -> (String, UInt16) {
        if let endpoint = SocketEndpoint(target) { return ("\(endpoint.address)", endpoint.port) }
        let parts = target.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, let port = UInt16(parts[1]), port > 0 else {
            throw ValidationError(
                "\(target) is not HOST:PORT; write 192.0.2.11:443, [2001:db8::11]:443 or pacs.example.org:443")
        }
        return (String(parts[0]), port)
    }

    private var timeouts: Timeouts {
        guard let timeout else { return Timeouts() }
        let limit = Duration.milliseconds(Int64((timeout * 1000).rounded()))
        return Timeouts(tcp: limit, tls: limit, http: limit, dicom: limit)
    }

    private var checkKind: CheckDefinition.Kind {
        let security = TLSOptions(serverName: serverName, verification: verify, authorityFile: caFile)
        let web = HTTPOptions(
            method: method, path: path, host: host, expectedStatus: statuses.compactMap(CheckRule.statuses))
        let echo = DICOMOptions(calledAETitle: calledAet, callingAETitle: callingAet)
        switch kind {
        case .tcp: return .tcp
        case .tls: return .tls(security)
        case .http: return .http(web)
        case .https: return .https(web, security)
        case .dicom: return .dicom(echo, tls ? security : nil)
        }
    }

    private var statuses: [String] {
        expectStatus.split(separator: ",", omittingEmptySubsequences: false).map {
            $0.trimmingCharacters(in: .whitespaces)
        }
    }

    func validate() throws {
        if let timeout, !(0.001...3600).contains(timeout) {
            throw ValidationError("--timeout must be 0.001 to 3600 seconds")
        }
        let values: [(String, String?, CheckRule)] =
            [
                ("--method", method, .method), ("--path", path, .path), ("--host", host, .host),
                ("--server-name", serverName, .serverName), ("--called-aet", calledAet, .title),
                ("--calling-aet", callingAet, .title),
            ] + statuses.map { ("--expect-status", $0, .status) }
        for (name, value, rule) in values {
            if let value, let problem = rule.problem(name, value) { throw ValidationError(problem) }
        }
        if tls, kind != .dicom { throw ValidationError("--tls is for dicom only; remove it") }
        guard kind != .tls, kind != .https, !tls else { return }
        for (name, isGiven) in [
            ("--server-name", serverName != nil), ("--verify strict", verify == .strict), ("--ca-file", caFile != nil),
        ] where isGiven {
            throw ValidationError("\(name) needs TLS; \(kind == .dicom ? "write --tls beside it, or " : "")remove it")
        }
    }
}

extension TLSOptions.Verification: ExpressibleByArgument {}

extension String {
    fileprivate var padded: String { self + String(repeating: " ", count: max(0, 7 - count)) }
}
