// What the zone would answer for a name that one of its records points at.

/// What a zone says of a name. Wildcards count: a name that one covers exists.
enum Standing {
    /// Outside the zone, or at or below one of its cuts.
    case elsewhere
    case missing
    /// The node has a CNAME, or a pool of host names.
    case alias(Int)
    /// The name lies below this node, which has a DNAME.
    case redirected(Int)
    case hasAddress
    case hasNoAddress
}

extension ZoneBuilder {
    /// Follows the same rules as `ZoneContents.lookup`.
    func standing(of name: borrowing QueryName, _ layout: borrowing ZoneLayout) -> Standing {
        guard name.isAtOrBelow(apexWire) else { return .elsewhere }
        for label in 0...name.labelCount - apex.labelCount {
            guard let node = names.find(name, label: label) else { continue }
            let found = layout.nodes[node]
            guard !found.traits.contains(.isOccluded) else { continue }
            if found.traits.contains(.isCut) { return .elsewhere }
            if label == 0 { return standing(of: node, layout) }
            if found.traits.contains(.hasRedirection) { return .redirected(node) }
            return found.wildcard == ZoneLayout.Node.none ? .missing : standing(of: Int(found.wildcard), layout)
        }
        preconditionFailure("the apex is a node, and not occluded")
    }

    private func standing(of node: Int, _ layout: borrowing ZoneLayout) -> Standing {
        let traits = layout.nodes[node].traits
        if traits.contains(.isCut) { return .elsewhere }
        if traits.contains(.hasAlias) || traits.contains(.hasHostPool) { return .alias(node) }
        return layout.hasAddress(node) ? .hasAddress : .hasNoAddress
    }

    /// The address that somebody wrote where a name belongs, and whether A or AAAA has it: `NS 192.0.2.1`, which the
    /// origin completes to 192.0.2.1.example.org. A name that exists, as in a reverse zone, is a name.
    func addressWrittenAsName(_ name: borrowing QueryName) -> (text: String, type: RecordType)? {
        // All addresses begin with a digit, but for IPv6 ones that begin with a letter or a colon.
        var labels: [String] = []
        while labels.count < min(4, name.labelCount), let label = name.addressLabel(labels.count) {
            labels.append(label)
            if label.utf8.contains(UInt8(ascii: ":")) { break }
        }
        guard !labels.isEmpty, let address = IPAddress(labels.joined(separator: ".")) else { return nil }
        let isWhole = labels.count == name.labelCount
        guard isWhole || name.isAtOrBelow(apexWire), names.find(name) == nil else { return nil }
        return (address.description, address.isV6 ? .aaaa : .a)
    }
}

extension QueryName {
    /// A label, if it is a part of an IPv4 address or a whole IPv6 address.
    fileprivate func addressLabel(_ label: Int) -> String? {
        let octets = (start(ofLabel: label) + 1..<start(ofLabel: label + 1)).map { self[$0] }
        let isDigit = { (octet: UInt8) in octet &- 0x30 < 10 }
        let colons = octets.count { $0 == UInt8(ascii: ":") }
        guard octets.allSatisfy(isDigit) || colons > 1 else { return nil }
        return String(decoding: octets, as: UTF8.self)
    }
}

extension ZoneLayout {
    /// Whether a node has A, AAAA or POOL records.
    func hasAddress(_ node: Int) -> Bool {
        hasSet(node) { $0 == .a || $0 == .aaaa || $0 == .pool }
    }

    func hasSet(_ node: Int, where matches: (RecordType) -> Bool) -> Bool {
        sets[nodes[node].range].contains { matches($0.type) }
    }
}
