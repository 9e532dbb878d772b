// Wildcards that do not do what people expect of them (RFC 4592).

extension ZoneBuilder {
    mutating func checkWildcards(_ layout: borrowing ZoneLayout) {
        for (node, place) in namesBelowWildcards {
            warn(.wildcard, place) {
                "\($0.ownerText(node)) answers for itself alone: * is a wildcard only as the first label "
                    + "(RFC 4592 §2.1.1); write each name that it should stand for"
            }
        }
        for record in records where record.type == .ns || record.type == .dname {
            let node = Int(record.node)
            guard node != 0, names.isWildcard(node) else { continue }
            warn(.wildcard, record.place) {
                "\($0.ownerText(node)) has \(record.type == .ns ? "an NS" : "a DNAME") record, which resolvers understand "
                    + "in different ways (RFC 4592 §4.\(record.type == .ns ? 2 : 4)); write each name that it should stand for"
            }
        }
        checkHiddenNames(layout)
    }

    /// Names beside a wildcard that has addresses, which it gives none to because they exist: with other data, or with
    /// names below them only (RFC 4592 §2.2.1). One warning for each wildcard. Names such as `_dmarc` want no address.
    private mutating func checkHiddenNames(_ layout: borrowing ZoneLayout) {
        guard layout.nodes.contains(where: { $0.wildcard != ZoneLayout.Node.none }) else { return }
        var name = QueryName()
        var hidden: [Int: [Int]] = [:]
        for node in 1..<layout.nodes.count where !layout.isReachedByAddress(node) {
            names.load(node, into: &name)
            guard name[1] != UInt8(ascii: "_"), !names.isWildcard(node) else { continue }
            guard let parent = names.find(name, label: 1) else { continue }
            let wildcard = layout.nodes[parent].wildcard
            guard wildcard != ZoneLayout.Node.none, layout.leadsToAddress(Int(wildcard)) else { continue }
            hidden[Int(wildcard), default: []].append(node)
        }
        for (wildcard, nodes) in hidden.sorted(by: { $0.key < $1.key }) {
            guard let place = recordsOfNode(wildcard).first?.place else { continue }
            warn(.wildcard, place) { builder in
                let some = nodes.prefix(3).map { builder.ownerText($0) }.joined(separator: ", ")
                let more = nodes.count > 3 ? " and \(nodes.count - 3) more" : ""
                return
                    "\(builder.ownerText(wildcard)) gives no address to \(some)\(more), because other data or names below "
                    + "exist there (RFC 4592 §2.2.1); give \(nodes.count == 1 ? "it" : "each") an A, AAAA or CNAME of its own "
                    + "if it should have an address"
            }
        }
    }
}

extension ZoneLayout {
    /// Whether a node has addresses, or a CNAME that may lead to some.
    fileprivate func leadsToAddress(_ node: Int) -> Bool {
        hasAddress(node) || nodes[node].traits.contains(.hasAlias)
    }

    /// ... or is somebody else's to answer.
    fileprivate func isReachedByAddress(_ node: Int) -> Bool {
        nodes[node].traits.endsZone || nodes[node].traits.contains(.isOccluded) || leadsToAddress(node)
    }
}
