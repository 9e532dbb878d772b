// A simulation for a terminal.

import Admin
import HealthChecks

extension SimulationReport {
    var text: String {
        var parts = [heading, "The \(period == nil ? "slowest" : "first") of \(runs) runs:\n" + story]
        parts.append(
            "Resolvers that keep an answer with \(hosts.joined(separator: " or ")): on average (in the worst run), and the "
                + "clients sent there:\n" + resolverTable)
        parts.append((period == nil ? "Until no resolver has it any more:\n" : "Changes of the answers:\n") + timeTable)
        return parts.joined(separator: "\n\n")
    }

    private var heading: String {
        let what = hosts.joined(separator: ", ")
        if let period { return "\(what): \(manner) for half of every \(period.brief) s" }
        return "\(what): \(manner) from t = 0 on" + (end.map { ", well again at \($0.brief) s" } ?? "")
    }

    /// The most lines of it: a flapping host has a long one.
    private static let longestStory = 60

    private var story: String {
        var rows = before.map { ["", $0] }
        rows += moments.prefix(Self.longestStory).map { ["\($0.time.toTenths) s", $0.text] }
        if moments.count > Self.longestStory { rows.append(["", "... and \(moments.count - Self.longestStory) more"]) }
        let width = rows.map(\.[0].count).max() ?? 0
        return rows.map { String(repeating: " ", count: width - $0[0].count + 2) + $0[0] + "  " + $0[1] }
            .joined(separator: "\n")
    }

    private var resolverTable: String {
        let heads = Simulation.moments.map { "t+\($0.seconds.brief) s" }
        var rows = [["NAME"] + heads.map { $0 }]
        for name in names {
            rows.append([name.name] + name.resolvers.map { "\($0.average.percent) (\($0.worst.percent))" })
            rows.append(["  clients"] + name.resolvers.map { $0.clients.percent })
        }
        return aligned(rows)
    }

    private var timeTable: String {
        if period != nil {
            let rows = names.map { [$0.name, $0.pool, $0.changes.brief, $0.timeInAnswers.percent] }
            return aligned([["NAME", "POOL", "CHANGES", "TIME IN ANSWERS"]] + rows)
        }
        let rows = names.map { name -> [String] in
            let times = [name.untilAnswersChange, name.untilForgotten].map { spread in
                spread.map { "\($0.median.brief) s (\($0.most.brief) s)" } ?? "never"
            }
            let back = end == nil ? [] : [name.untilBack.map { "\($0.median.brief) s (\($0.most.brief) s)" } ?? "-"]
            return [name.name, name.pool] + times + back + [bound(of: name)]
        }
        let back = end == nil ? [] : ["BACK AFTER"]
        return aligned([["NAME", "POOL", "ANSWERS CHANGE", "FORGOTTEN"] + back + ["WORST CASE"]] + rows)
            + "\nTimes of runs: median (slowest)."
    }

    private func bound(of name: NameReport) -> String {
        name.bound?.text ?? name.reason ?? "-"
    }
}

extension Double {
    fileprivate var percent: String {
        // What is little is not nothing.
        self > 0 && self < 0.005 ? "<1%" : "\(Int((self * 100).rounded()))%"
    }

    fileprivate var toTenths: String {
        let tenths = Int((self * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
