// A reload in words: lines for the log, a table for the terminal.

import Admin
import Logging
import Terminal

extension ReloadReport {
    /// The most findings that are written to the log; `triagedns check` tells all of them.
    private static let maximumLogged = 100

    /// One line for each zone and pool that is not as before, one for each finding, and a summary.
    func log(_ reason: String, to logger: Logger) {
        for zone in zones where zone.status != .unchanged {
            logger.log(level: zone.status == .failed ? .error : .notice, "reload: \(zone.sentence)")
        }
        for pool in pools { logger.notice("reload: pool \(pool.pool) \(pool.status.rawValue)") }
        for finding in findings.prefix(Self.maximumLogged) {
            finding.log(to: logger)
        }
        if findings.count > Self.maximumLogged {
            logger.warning("… and \(findings.count - Self.maximumLogged) more; `triagedns check` tells all")
        }
        logger.log(level: result == .loaded ? .notice : .error, "reload (\(reason)): \(summary)")
    }

    /// `loaded in 12.3 ms: 1 zone changed, 9 unchanged`.
    var summary: String {
        let milliseconds = "\((duration * 10).rounded() / 10) ms"
        if result == .refused { return "refused after \(milliseconds): nothing has changed" }
        let parts = [
            ZoneChange.Status.added, .changed, .removed, .failed, .unchanged,
        ].compactMap { status in
            let count = zones.count { $0.status == status }
            return count == 0 ? nil : "\(counted(count, "zone")) \(status.rawValue)"
        }
        return "\(result.rawValue) in \(milliseconds): \(parts.joined(separator: ", "))"
    }

    /// What `triagedns reload` prints.
    func text(_ palette: Palette) -> String {
        var table = Table("ZONE", "RESULT", "SERIAL", "RECORDS")
        for zone in zones where zone.status != .unchanged {
            let tone: Tone = zone.status == .failed ? .bad : .plain
            table.add([
                Piece(zone.zone), Piece(zone.resultText, tone), Piece(zone.serialText), Piece(zone.recordsText),
            ])
        }
        for pool in pools { table.add([Piece("pool \(pool.pool)"), Piece(pool.status.rawValue), "", ""]) }
        let end = Line(Piece(summary, result == .loaded ? .good : .bad))
        return ((table.isEmpty ? [] : table.lines) + [end]).text(palette)
    }
}

extension Finding {
    /// One line of the log.
    func log(to logger: Logger) {
        logger.log(
            level: severity == "error" ? .error : .warning, "\(text)",
            metadata: ["file": "\(file)", "line": "\(line)"])
    }
}

extension ZoneChange {
    var resultText: String {
        guard status == .failed else { return status.rawValue }
        return isServed ? "failed, served as before" : "failed, not served"
    }

    var serialText: String {
        switch (oldSerial, newSerial) {
        case (let old?, let new?) where old != new: "\(old) -> \(new)"
        case (let old?, nil): "\(old)"
        case (_, let new?): "\(new)"
        case (nil, nil): "-"
        }
    }

    var recordsText: String { recordsAdded + recordsRemoved == 0 ? "-" : "+\(recordsAdded) -\(recordsRemoved)" }

    /// For the log.
    var sentence: String { "zone \(zone) \(resultText), serial \(serialText), records \(recordsText)" }
}
