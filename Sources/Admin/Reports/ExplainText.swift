// An explanation for people: the answer first, then why.

import DNSCore
import HealthChecks

/// What `triagedns explain` prints, and the status page shows.
public struct ExplainText {
    public private(set) var text: String
    private let time: Timestamp

    public init(_ report: ExplainReport) {
        time = Timestamp(report.time) ?? .now
        text = ""
        var lines = [Self.head(report)]
        lines += [""] + answer(report.answer)
        lines += [""] + report.steps.map(step)
        for pool in report.pools { lines += [""] + explain(pool) }
        if !report.notes.isEmpty { lines += [""] + report.notes.map { "note: \($0)" } }
        text = lines.joined(separator: "\n")
    }

    private static func head(_ report: ExplainReport) -> String {
        let source = report.client.source == .address ? "query's address" : "Client Subnet option"
        return "\(report.name) \(report.type) for \(report.client.network) (\(source)), "
            + (report.isPast ? "at \(report.time)" : "now")
    }

    private func answer(_ answer: AnswerReport) -> [String] {
        guard let code = answer.code else { return ["no answer"] }
        var lines = ["answer: " + ([code] + answer.flags).joined(separator: " ")]
        lines += answer.records.map { "  \($0)" }
        lines += answer.authority.map { "  authority: \($0)" }
        lines += answer.additional.map { "  additional: \($0)" }
        if let error = answer.error {
            lines.append("  extended error: \(error.code)\(error.text.isEmpty ? "" : " (\(error.text))")")
        }
        if let scope = answer.subnetScope { lines.append("  good for all clients of a /\(scope) network") }
        return lines
    }

    private func step(_ step: StepExplanation) -> String {
        let zone = step.zone.map { "zone \($0)\(step.serial.map { " (serial \($0))" } ?? "")" } ?? ""
        let types = step.types.joined(separator: ", ")
        let owner = step.owner ?? ""
        let pool = step.pool.map { "; answered from pool \($0)" } ?? ""
        switch step.finding {
        case .exact: return "\(step.name): in \(zone), with \(types.isEmpty ? "nothing but names below" : types)\(pool)"
        case .wildcard: return "\(step.name): in \(zone), by the wildcard \(owner), with \(types)\(pool)"
        case .delegation: return "\(step.name): in \(zone), delegated at \(owner)"
        case .redirection: return "\(step.name): in \(zone), below the DNAME of \(owner)"
        case .nameError: return "\(step.name): does not exist in \(zone)"
        case .notLoaded: return "\(step.name): in a zone of ours that could not be loaded"
        case .elsewhere: return "\(step.name): in no zone of ours"
        }
    }

    private func explain(_ pool: PoolExplanation) -> [String] {
        var head = "pool \(pool.name): \(pool.policy), \(pool.inService) of \(pool.targetCount) in service"
        if pool.required > 1 { head += " (\(pool.required) must be)" }
        if pool.mode != .normal { head += "; \(pool.mode.rawValue)" }
        if let substitute = pool.substitute { head += ", answered with \(substitute)" }
        var lines = [head]
        lines += aligned(rows(pool)).split(separator: "\n").map { "  \($0)" }
        if let preference = pool.preference {
            lines.append(
                "  prefer \(preference.network): \(preference.targets.joined(separator: ", "))"
                    + (preference.isApplied ? "" : "; none of them is in service, so the others are answered"))
        }
        if let picking = pool.picking { lines.append("  picked: \(picking)") }
        let first = pool.choices.filter { 0 < $0.share && $0.share < 1 }
        if !first.isEmpty {
            lines.append("  comes first: " + first.map { "\($0.data) \(percent($0.share))" }.joined(separator: ", "))
        }
        if pool.picking != nil { lines.append("  TTL: \(timeToLive(pool.timeToLive))") }
        return lines
    }

    private func rows(_ pool: PoolExplanation) -> [[String]] {
        var rows = [["TARGET", "ADDRESS", "STATE", "SINCE", "TIER", "WEIGHT", "ANSWERED", "WHY"]]
        for target in pool.targets {
            for member in target.members {
                let weight = rounded(member.weight)
                rows.append([
                    target.name, member.address ?? target.pool.map { "pool \($0)" } ?? "-",
                    member.state.rawValue + (member.override.map { ", \($0)" } ?? ""), since(member),
                    "\(target.tier)", member.weightPercent == 100 ? weight : "\(weight) (\(member.weightPercent)%)",
                    member.isAnswered ? "yes" : "no", why(member),
                ])
            }
        }
        return rows
    }

    /// The rule, and where the state comes from if that says more.
    private func why(_ member: MemberExplanation) -> String {
        if let orders = member.orders, member.override != nil, !orders.isEmpty {
            return "\(member.text) (\(orders.joined(separator: "; ")))"
        }
        guard let reason = member.reason, member.rule != .otherFamily,
            member.state != .up || member.rule != .up || reason.hasPrefix("held")
        else {
            return member.text
        }
        let tellsMore = reason != "all checks pass" && reason != "not probed" && reason != member.text
        return tellsMore ? "\(member.text): \(reason)" : member.text
    }

    private func since(_ member: MemberExplanation) -> String {
        guard let since = member.since.flatMap({ Timestamp($0) }) else { return "-" }
        let seconds = max(0, (time.milliseconds - since.milliseconds) / 1000)
        switch seconds {
        case ..<120: return "\(seconds) s"
        case ..<7_200: return "\(seconds / 60) min"
        case ..<172_800: return "\(seconds / 3_600) h"
        default: return "\(seconds / 86_400) days"
        }
    }

    /// With one digit after the point, if it is not 0.
    private func rounded(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    private func percent(_ share: Double) -> String {
        "\(rounded(share * 100)) %"
    }

    private func timeToLive(_ time: TimeToLiveExplanation) -> String {
        let record = "\(time.record ?? 0) s in the zone file"
        guard let limit = time.limit, let result = time.result else { return record }
        let why =
            switch time.rule {
            case .none: "as another pool stands in"
            case .changing: "as a state is about to change"
            case .uncertain: "as the state of somebody who is answered is not known, or held"
            case .tooFewInService: "as too few are in service"
            case .hostAddresses: "as long as the addresses of a host name are good"
            }
        return "\(record), at most \(limit) s \(why): \(result) s"
    }
}
