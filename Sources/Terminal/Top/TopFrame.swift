// One picture of `triagedns top`: what is wrong stands above what is well, and what does not fit is counted. Pure.

import Admin
import DNSCore
import HealthChecks

public struct TopFrame {
    private let model: TopModel
    private let width: Int

    public init(_ model: TopModel, width: Int) {
        self.model = model
        self.width = width
    }

    /// At most `height` lines of at most `width` columns, for a window; without `height`, as many as there are.
    public func lines(height: Int? = nil) -> [Line] {
        let orders = model.report.pools.flatMap(orders)
        let events = model.events.reversed().map(event)
        let pools = TopPools(model, width: width)
        var lines = [title(isWindow: height != nil), queries, summary] + warnings + [Line()]
        guard let height else {
            lines += pools.lines(room: nil) + section("ORDERS", orders, room: orders.count)
            let recent = Array(events.prefix(Self.eventsWithoutLimit))
            return (lines + section("RECENT", recent, room: recent.count)).map { $0.cut(to: width) }
        }
        // Two thirds are for pools, if they need it, and what orders and the last events leave of the rest.
        let room = max(0, height - lines.count)
        let ordersRoom = max(2, room / 6)
        let others = section("ORDERS", orders, room: ordersRoom).count + section("RECENT", events, room: 3).count
        lines += pools.lines(room: max(room * 2 / 3, room - others))
        let left = { height - lines.count - Self.headLines }
        lines += section("ORDERS", orders, room: min(ordersRoom, left()))
        lines += section("RECENT", Array(events.prefix(max(0, left()))), room: left())
        return lines.prefix(height).map { $0.cut(to: width) }
    }

    /// Of a section: an empty line, and its name.
    private static let headLines = 2
    private static let eventsWithoutLimit = 10

    private func title(isWindow: Bool) -> Line {
        let name = model.name.isEmpty ? "" : "  \(model.name)"
        let age = model.upSeconds.map { "  up \(spokenAge($0))" } ?? ""
        return Line(Piece("triagedns\(name)", .heading), Piece("  \(model.server)\(age)", .faint))
            .cut(to: width).filled(to: width, with: Piece((isWindow ? "q quits  " : "") + clock(model.now), .faint))
    }

    private var queries: Line {
        guard let traffic = model.traffic else { return Line(Piece("queries  counting …", .faint)) }
        var line = Line(Piece("queries  "), Piece("\(spoken(traffic.rate))/s", .heading))
        if traffic.byTransport.count > 1 {
            line += Piece(" (\(traffic.byTransport.map { "\($0.name) \(spoken($0.rate))" }.joined(separator: ", ")))")
        }
        for code in traffic.byCode {
            let share = Int((code.rate / traffic.rate * 100).rounded())
            line += Piece("  \(code.name) \(share == 0 ? "<1" : "\(share)") %", tone(ofCode: code.name))
        }
        if traffic.dropped > 0 { line += Piece("  dropped \(spoken(traffic.dropped))/s", .warning) }
        let bars = Piece(sparkline(traffic.history), .faint)
        let hasRoom = !bars.text.isEmpty && line.width + 2 + bars.text.count <= width
        return hasRoom ? line.filled(to: width, with: bars) : line
    }

    private func tone(ofCode name: String) -> Tone {
        switch name {
        case "NOERROR", "NXDOMAIN": .plain
        case "SERVFAIL": .bad
        default: .warning
        }
    }

    private var summary: Line {
        let severities = model.report.pools.map(PoolSeverity.init)
        let targets = model.report.pools.flatMap(\.targets)
        var line = Line(Piece("pools    "), Piece("\(severities.count)", .heading))
        for severity in PoolSeverity.allCases {
            let count = severities.count { $0 == severity }
            if count > 0 { line += Piece("  \(count) \(severity.words)", severity.tone) }
        }
        line += Piece("  targets in service \(targets.count { $0.inService == true }) of \(targets.count)")
        return line
    }

    /// What makes all else doubtful.
    private var warnings: [Line] {
        var lines: [Line] = []
        if let problem = model.problem { lines.append(Line(Piece(problem, .bad))) }
        let prober = model.report.prober
        if prober.state != .connected {
            lines.append(Line(Piece(prober.text ?? "this node seems cut off: states are held", .bad)))
        }
        if let problem = model.report.state?.problem {
            lines.append(Line(Piece("nothing survives a restart: \(problem)", .warning)))
        }
        for pool in model.report.pools {
            if let cause = pool.commonMode { lines.append(Line(Piece("\(pool.name): \(cause.text)", .warning))) }
        }
        return lines.count > 4 ? lines.prefix(3) + [Line(Piece("+\(lines.count - 3) more warnings", .warning))] : lines
    }

    private func orders(for pool: PoolReport) -> [Line] {
        pool.targets.flatMap { target in
            (target.orders?.sentences ?? []).map { Line(Piece("\(pool.name) \(target.name): \($0)", .warning)) }
        }
    }

    private func event(_ event: HealthEvent) -> Line {
        let time = Timestamp(event.time).map(clock) ?? event.time
        return Line(Piece("\(time)  ", .faint), Piece(event.text, event.tone))
    }

    /// With an empty line and a heading above, in `room` lines beside these; nothing if there is nothing to say.
    private func section(_ name: String, _ lines: [Line], room: Int) -> [Line] {
        guard !lines.isEmpty, room > 0 else { return [] }
        let heads = [Line(), Line(Piece(name, .heading))]
        guard lines.count > room else { return heads + lines }
        return heads + lines.prefix(room - 1) + [Line(Piece("+\(lines.count - room + 1) more", .faint))]
    }

    /// `15:04:05`, in local time.
    private func clock(_ time: Timestamp) -> String {
        let second = (Int(time.milliseconds / 1000) + model.timeZoneOffset) % 86_400
        return [second / 3600, second / 60 % 60, second % 60]
            .map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }

    private func spoken(_ rate: Double) -> String {
        guard rate < 10 else { return grouped(Int(rate.rounded())) }
        let tenths = Int((rate * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    /// From 0 to the highest of them.
    private func sparkline(_ values: [Double]) -> String {
        let bars = Array("▁▂▃▄▅▆▇█")
        guard let most = values.max(), most > 0 else { return "" }
        return String(values.map { bars[Int(($0 / most * Double(bars.count - 1)).rounded())] })
    }
}
