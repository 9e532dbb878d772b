import Admin
import ArgumentParser
import HealthChecks
import Terminal

struct RuntimeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runtime", abstract: "Show what a running server is, and how it fares.",
        discussion: "Counts are since its start. "
            + ExitMeaning.list((.done, "done"), (.unreachable, "the server cannot be reached")))

    @OptionGroup var options: ReportOptions

    func run() async throws {
        try await options.show("/v1/runtime") { (report: RuntimeReport, palette) in Self.text(report).text(palette) }
    }

    static func text(_ report: RuntimeReport) -> [Line] {
        var table = Table("SERVER", "")
        for (name, value) in facts(report) { table.add([Piece(name), value]) }
        var queries = Table("TRANSPORT", "ANSWERED", "TRUNCATED", "DROPPED", "DENIED", "LIMITED", "SLIPPED", "CODES")
        for transport in report.queries {
            let codes = transport.responseCodes.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
                .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            let counts = [
                transport.answered, transport.truncated, transport.dropped, transport.denied, transport.limited,
                transport.slipped,
            ]
            queries.add([Piece(transport.transport)] + counts.map { Piece("\($0)") } + [Piece(codes)])
        }
        return table.lines + [Line()] + queries.lines
    }

    private static func facts(_ report: RuntimeReport) -> [(String, Piece)] {
        let reloads = report.reloads
        let process = report.process
        var facts: [(String, Piece)] = [
            ("version", Piece(report.version)), ("identity", Piece(report.identity ?? "-")),
            ("process", Piece("\(report.pid)")),
            ("started", Piece("\(report.startedAt) (\(spokenAge(Int(report.uptimeSeconds))) ago)")),
            ("ready", report.isReady ? "yes" : Piece("no: the first round of probes is not over", .warning)),
            ("directory", Piece(report.directory)),
            ("listens", Piece(report.listeners.map { "\($0.transport) \($0.address)" }.joined(separator: ", "))),
            ("workers", Piece("\(report.workers) for each address")),
            (
                "reloads",
                Piece("\(reloads.loaded) loaded, \(reloads.partial) partial, \(reloads.refused) refused")
            ),
            (
                "last read",
                Piece(
                    reloads.lastAt + (reloads.lastWasLoaded ? "" : ", with errors"),
                    reloads.lastWasLoaded ? .plain : .bad)
            ),
            ("tcp", Piece("\(report.tcpConnections.open) open, \(report.tcpConnections.accepted) accepted")),
        ]
        if let state = report.state {
            facts.append(("state", Piece(state.problem ?? state.directory, state.isWorking ? .plain : .bad)))
        }
        if let probing = report.probing {
            facts.append(("probes", Piece("\(probing.running) running, at most \(probing.limit)")))
        }
        if let log = report.queryLog {
            facts.append(
                (
                    "query log",
                    Piece("\(log.written) written, \(log.dropped) dropped", log.dropped > 0 ? .warning : .plain)
                ))
        }
        if let size = process.proportionalSize ?? process.residentSize {
            facts.append(("memory", Piece("\(size >> 20) MB")))
        }
        if let seconds = process.cpuSeconds { facts.append(("cpu", Piece("\(spoken(seconds)) s"))) }
        if let descriptors = process.descriptors {
            let most = process.mostDescriptors.map { " of \($0)" } ?? ""
            facts.append(("files", Piece("\(descriptors)\(most) open")))
        }
        return facts
    }
}
