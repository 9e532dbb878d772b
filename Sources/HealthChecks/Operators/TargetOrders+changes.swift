// From an order to the orders that are in force after it. Pure: the time is a parameter.

internal import Checks
internal import DNSCore

extension TargetOrders {
    /// These orders after another one, whatever it does to the pool.
    func applying(_ order: OperatorOrder, at now: Timestamp) throws(OperatorError) -> TargetOrders {
        var new = self
        let note = OrderNote(at: now, by: order.by, reason: order.reason)
        switch order.action {
        case .drain: new.state = stateOrder(.drained, note)
        case .undrain:
            try require(.drained, "drained", insteadOf: "undrain", at: now)
            new.state = nil
        case .force(let up):
            if up, let window = openWindows(at: now).first {
                throw .conflict(
                    "\(target) is in maintenance until \(window.until.spoken), which counts over being forced up; "
                        + "end window \(window.id) first")
            }
            new.state = stateOrder(up ? .forcedUp : .forcedDown, note)
        case .unforce:
            if state?.override == .drained {
                throw .conflict("\(target) is drained, not forced up or down; write undrain")
            }
            new.state = nil
        case .weight(let weight):
            guard weight ?? 0 <= TargetDefinition.maximumWeight else {
                throw .invalid("a weight is a number from 0 to \(TargetDefinition.maximumWeight)")
            }
            new.weight = weight.map { weightOrder($0, note) }
        case .maintenance(let from, let until): try new.schedule(from: from, until: until, note, at: now)
        case .endMaintenance(let id):
            guard maintenance.contains(where: { $0.id == id }) else { throw .noWindow(id, key) }
            new.maintenance.removeAll { $0.id == id }
        case .clear: new = TargetOrders(key)
        case .restore: break
        }
        return new
    }

    private func require(
        _ wanted: Override, _ name: String, insteadOf verb: String, at now: Timestamp
    ) throws(OperatorError) {
        if let state, state.override != wanted {
            throw .conflict("\(target) is \(state.override), not \(name); write force off instead of \(verb)")
        }
        if state == nil, let window = openWindows(at: now).first {
            throw .conflict(
                "\(target) is in maintenance until \(window.until.spoken), not \(name); end window \(window.id) instead"
            )
        }
    }

    /// The same order again keeps its time, and its note unless there is another reason.
    private func stateOrder(_ override: Override, _ note: OrderNote) -> StateOrder {
        guard let state, state.override == override else { return StateOrder(override: override, note: note) }
        return StateOrder(override: override, note: state.note.updated(by: note))
    }

    private func weightOrder(_ value: UInt32, _ note: OrderNote) -> WeightOrder {
        guard let weight, weight.weight == value else { return WeightOrder(weight: value, note: note) }
        return WeightOrder(weight: value, note: weight.note.updated(by: note))
    }

    private mutating func schedule(
        from: Timestamp, until: Timestamp, _ note: OrderNote, at now: Timestamp
    ) throws(OperatorError) {
        guard until > now else {
            throw .invalid(
                "the maintenance would be over at \(until.spoken), and it is \(now.spoken); write a later `until`")
        }
        guard until > from else {
            throw .invalid(
                "the maintenance would end at \(until.spoken), before it begins at \(from.spoken); write a later `until`"
            )
        }
        guard until <= now + OperatorOrder.longestAhead else {
            throw .invalid("the maintenance would end at \(until.spoken); write an `until` within the next 366 days")
        }
        guard maintenance.count < OperatorOrder.mostWindows else {
            throw .conflict(
                "\(target) has \(OperatorOrder.mostWindows) maintenance windows, which is the most; end some first")
        }
        let id = (maintenance.map(\.id).max() ?? 0) + 1
        var window = MaintenanceWindow(id: id, from: max(from, now), until: until, note: note)
        window.hasBegun = window.from <= now
        maintenance.append(window)
    }
}

extension OrderNote {
    /// Who gives no reason has nothing to add.
    fileprivate func updated(by other: OrderNote) -> OrderNote {
        other.reason == nil ? self : OrderNote(at: at, by: other.by, reason: other.reason)
    }
}

extension OperatorOrder {
    /// What may stand in a log and on a terminal: one line, not too long.
    func checkTexts() throws(OperatorError) {
        for (name, text) in [("reason", reason), ("by", by)] {
            guard let text else { continue }
            guard text.utf8.count <= Self.longestText else {
                throw .invalid("\(name) has more than \(Self.longestText) octets; write a shorter one")
            }
            guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
                throw .invalid("\(name) must be one line, without control characters")
            }
        }
    }
}
