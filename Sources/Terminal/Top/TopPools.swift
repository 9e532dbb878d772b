// The pools in a picture of `triagedns top`.

import Admin
import Checks
import DNSCore
import HealthChecks

struct TopPools {
    /// A pool, its targets' lines below its own.
    private struct Block {
        var severity: PoolSeverity
        var head: Line
        var targets: [(rank: Int, line: Line)]

        var lines: [Line] { [head] + targets.map(\.line) }
    }

    private let blocks: [Block]

    init(_ model: TopModel, width: Int) {
        // The worst first; those that are alike in the order of the file.
        let pools = model.report.pools.map { (severity: PoolSeverity($0), pool: $0) }.enumerated()
            .sorted { ($0.element.severity, $0.offset) < ($1.element.severity, $1.offset) }.map(\.element)
        let rows = pools.map { TopPools.rows($0.pool, now: model.now, isNarrow: width < Self.narrow) }
        var table = Table()
        for row in rows.joined() { table.add(row.cells) }
        var lines = table.lines[...]
        blocks = zip(pools, rows).map { pool, rows in
            let targets = zip(rows, lines.prefix(rows.count)).map { (rank: $0.rank, line: $1) }
            lines = lines.dropFirst(rows.count)
            return Block(
                severity: pool.severity, head: Self.head(pool.pool, pool.severity, width: width), targets: targets)
        }
    }

    /// Columns below which addresses and times are left out.
    private static let narrow = 64

    /// In at most `room` lines: if need be, of pools that are well the targets are left out first.
    func lines(room: Int?) -> [Line] {
        let all = blocks.flatMap(\.lines)
        guard let room, all.count > room else { return all }
        let brief = blocks.map { $0.severity == .well ? [$0.head] : $0.lines }
        if brief.reduce(0, { $0 + $1.count }) <= room { return brief.flatMap { $0 } }
        let ill = blocks.count { $0.severity != .well }
        // So that one large pool does not hide the others.
        let share = max(4, room / max(1, ill))
        var lines: [Line] = []
        for (index, block) in blocks.enumerated() {
            let left = room - lines.count - (index + 1 < blocks.count ? 1 : 0)
            let most = block.severity == .well ? 1 : min(share, left)
            guard left > 0 else { return lines + rest(from: index, room: room - lines.count) }
            lines += Self.cut(block, to: most)
        }
        return lines
    }

    /// `+3 more pools, all well`.
    private func rest(from index: Int, room: Int) -> [Line] {
        guard room > 0 else { return [] }
        let others = blocks[index...]
        let parts = PoolSeverity.allCases.compactMap { severity -> String? in
            let count = others.count { $0.severity == severity }
            guard count > 0 else { return nil }
            return count == others.count ? "all \(severity.words)" : "\(count) \(severity.words)"
        }
        let tone = others.first.map { $0.severity == .well ? Tone.faint : $0.severity.tone } ?? .faint
        let noun = counted(others.count, "more pool")
        return [Line(Piece("+\(noun), \(parts.joined(separator: ", "))", tone))]
    }

    private static func cut(_ block: Block, to room: Int) -> [Line] {
        guard block.lines.count > room else { return block.lines }
        guard room > 1 else { return [block.head] }
        let worstFirst = block.targets.enumerated().sorted {
            ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset)
        }.map(\.element)
        let left = worstFirst.dropFirst(room - 2)
        let words = left.allSatisfy { $0.rank == TargetStatus.wellRank } ? ", all well" : ""
        return [block.head] + worstFirst.prefix(room - 2).map(\.line)
            + [Line(Piece("  +\(left.count) more\(words)", .faint))]
    }

    /// `orthanc  weighted  1 of 2 in service  answers 192.0.2.12`.
    private static func head(_ pool: PoolReport, _ severity: PoolSeverity, width: Int) -> Line {
        let inService = pool.targets.count { $0.inService == true }
        var line = Line(
            Piece(pool.name, .heading), Piece("  \(pool.policy)", .faint),
            Piece("  \(inService) of \(pool.targets.count) in service", severity.tone),
            Piece("  answers "),
            Piece(pool.answers.text, pool.answers.mode == .normal ? .plain : .init(pool.answers.mode)))
        if let limit = pool.answers.timeToLiveLimit { line += Piece("  TTL at most \(limit) s", .faint) }
        return line
    }

    private static func rows(_ pool: PoolReport, now: Timestamp, isNarrow: Bool) -> [(rank: Int, cells: [Piece])] {
        pool.targets.flatMap { target -> [(rank: Int, cells: [Piece])] in
            if target.addresses.isEmpty { return [(target.rank, targetRow(target, now: now, isNarrow: isNarrow))] }
            return target.addresses.map { address in
                (target.rank, addressRow(address, of: target, now: now, isNarrow: isNarrow))
            }
        }
    }

    /// Of a target that is a pool.
    private static func targetRow(_ target: TargetStatus, now: Timestamp, isNarrow: Bool) -> [Piece] {
        let place = target.pool.map { "pool \($0)" } ?? target.host ?? ""
        return row(
            target, place, Piece(stateText(target.state, target), tone(target.state, target)),
            since: now.age(of: target.since), served: target.inService, checks: Piece(""), isNarrow: isNarrow)
    }

    private static func addressRow(
        _ address: AddressStatus, of target: TargetStatus, now: Timestamp, isNarrow: Bool
    ) -> [Piece] {
        let failed = address.checks.first { $0.outcome == "failed" } ?? address.checks.first { $0.error != nil }
        var state = address.state.rawValue
        if address.state != .up, let layer = failed?.layer { state += " at \(layer.rawValue)" }
        if address.hold != nil || address.isFrozen { state += " (held)" }
        if let override = target.override { state += ", \(override)" }
        let checks: Piece
        if let failed, let error = failed.error {
            checks = Piece("\(failed.name): \(error)", address.state == .up ? .warning : .plain)
        } else {
            checks = Piece(address.checks.compactMap(latency).joined(separator: ", "), .faint)
        }
        return row(
            target, address.address, Piece(state, tone(address.state, target)), since: now.age(of: address.since),
            served: address.inService, checks: checks, isNarrow: isNarrow)
    }

    private static func row(
        _ target: TargetStatus, _ place: String, _ state: Piece, since: String, served: Bool?, checks: Piece,
        isNarrow: Bool
    ) -> [Piece] {
        let service = served == true ? Piece("in service") : Piece("out", .faint)
        let name = Piece("  \(target.name)")
        return isNarrow
            ? [name, state, service, checks] : [name, Piece(place, .faint), state, Piece(since), service, checks]
    }

    private static func stateText(_ state: HealthState, _ target: TargetStatus) -> String {
        state.rawValue + (target.override.map { ", \($0)" } ?? "")
    }

    private static func tone(_ state: HealthState, _ target: TargetStatus) -> Tone {
        state == .up && target.override?.takesOut == true ? .warning : Tone(state)
    }

    /// `web 12.3 ms`.
    private static func latency(_ check: CheckStatus) -> String? {
        guard let milliseconds = check.latencyMilliseconds else { return nil }
        let tenths = Int((milliseconds * 10).rounded())
        return "\(check.name) \(tenths / 10).\(tenths % 10) ms"
    }
}
