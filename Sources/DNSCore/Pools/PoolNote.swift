// What an answer says of its pool while that is not as it should be: EXTRA-TEXT of an Extended DNS Error (RFC 8914 §2).
// Made with the plan, so that a query finds it ready.

/// A line such as `pacs: b down (dicom: timed out after 5 s); 1 of 2 in service`.
struct PoolNote {
    /// Printable UTF-8 of at most `maximumLength` octets; empty if there is nothing to say.
    let text: String

    /// Room for this must be left over in an answer of 512 octets.
    static let maximumLength = 120

    /// - Parameter faults: by target and member, what is wrong with it in a few words.
    init(_ pool: PoolDefinition, _ conditions: [[MemberCondition]], _ plan: PoolPlan, faults: [[String?]]) {
        let isHeld = conditions.joined().contains(where: \.isUncertain)
        let troubles = pool.targets.indices.compactMap { target in
            Self.trouble(pool.targets[target], conditions[target], target < faults.count ? faults[target] : [])
        }
        guard plan.mode != .normal || isHeld || !troubles.isEmpty else {
            text = ""
            return
        }
        let serving = conditions.count { $0.contains(where: \.isInService) }
        var end = "\(serving) of \(pool.targets.count) in service"
        if let instead = plan.mode.answeredInstead { end += ", \(instead)" }
        if isHeld { end += ", states are held" }
        text = Self.fit(Self.printable(pool.name), troubles.map(Self.printable), end)
    }

    /// What is wrong with a target: that of its first member with which something is.
    private static func trouble(
        _ target: TargetDefinition, _ members: [MemberCondition], _ faults: [String?]
    ) -> String? {
        guard let index = members.firstIndex(where: { $0.effectiveState != .up || $0.override?.takesOut == true })
        else { return nil }
        let member = members[index]
        let fault = index < faults.count ? faults[index].map { " (\($0))" } ?? "" : ""
        if let override = member.override, override.takesOut { return "\(target.name) \(override)" }
        // Where others of its addresses are well, it is not the target that is down.
        let isPart = members.contains { $0.isInService && $0.effectiveState == .up }
        let name = isPart ? "\(target.name) \(target.text(of: index) ?? "")" : target.name
        return "\(name) \(member.state.rawValue)\(fault)"
    }

    /// How it is at the end matters most, so what is too long is cut in the middle.
    private static func fit(_ pool: String, _ troubles: [String], _ end: String) -> String {
        let (head, tail) = ("\(pool): ", troubles.isEmpty ? end : "; \(end)")
        let middle = troubles.joined(separator: ", ")
        let room = maximumLength - head.utf8.count - tail.utf8.count
        if middle.utf8.count <= room { return head + middle + tail }
        // A pool with a very long name: nothing else fits.
        guard room > 8 else { return cut(head + end, to: maximumLength) }
        return head + cut(middle, to: room) + tail
    }

    /// The start of a text, whole characters of it, that ends in three dots.
    private static func cut(_ text: String, to length: Int) -> String {
        guard text.utf8.count > length else { return text }
        var start = ""
        for character in text {
            guard start.utf8.count + character.utf8.count + 3 <= length else { break }
            start.append(character)
        }
        return start + "..."
    }

    /// What a program has printed may hold anything.
    private static func printable(_ text: String) -> String {
        if text.utf8.allSatisfy({ 0x20..<0x7f ~= $0 }) { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.isPrintable ? $0 : " " }))
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isPrintable: Bool {
        switch generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}

extension PoolService.Mode {
    /// What is answered instead of the targets in service.
    fileprivate var answeredInstead: String? {
        switch self {
        case .normal: nil
        case .failOpen: "all are answered"
        case .lastKnown: "last known answered"
        case .backup: "backup answered"
        case .closed: "no address answered"
        case .servfail: "no answer"
        }
    }
}
