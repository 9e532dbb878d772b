// Finds what a zone says of a name: RFC 1034 §4.3.2 step 3, with wildcards after RFC 4592 §3.3.1 and DNAME after
// RFC 6672 §3.2. Because every empty non-terminal is a node, the closest encloser is the last name that is found on the
// way down.

/// What there is for a name and a type.
enum LookupResult {
    /// The name is this node.
    case node(Int)
    /// The name does not exist, and the wildcard that covers it is this node.
    case wildcard(Int)
    /// The name is at or below this zone cut; its suffix from the given label on is the cut's name.
    case delegation(node: Int, label: Int)
    /// The name lies below this node, which has a DNAME; its suffix from the given label on is the node's name.
    case redirection(node: Int, label: Int)
    case nameError
}

extension ZoneContents {
    /// Looks up `name`, which is at or below the apex.
    borrowing func lookup(_ name: borrowing QueryName, _ type: RecordType) -> LookupResult {
        if let node = names.find(name) {
            let traits = nodes[node].traits
            guard !traits.contains(.isOccluded) else { return descend(name) }
            // DS belongs to the parent's side of a cut (RFC 4035 §3.1.4.1).
            return traits.contains(.isCut) && type != .ds ? .delegation(node: node, label: 0) : .node(node)
        }
        return descend(name)
    }

    /// Goes down from the apex to a name that does not exist, or lies below a cut or a DNAME: one look for each name
    /// that exists on the way, so that names of many labels cost no more than others.
    private borrowing func descend(_ name: borrowing QueryName) -> LookupResult {
        var label = name.labelCount &- apexLabelCount
        var encloser = 0
        while label > 0, !nodes[encloser].traits.contains(.hasRedirection) {
            guard let node = names.find(name, label: label &- 1) else { break }
            label &-= 1
            // The first cut or DNAME that is met is the highest: all others are occluded.
            if nodes[node].traits.contains(.isCut) { return .delegation(node: node, label: label) }
            encloser = node
        }
        let node = nodes[encloser]
        if node.traits.contains(.hasRedirection) { return .redirection(node: encloser, label: label) }
        return node.wildcard == Node.none ? .nameError : .wildcard(Int(node.wildcard))
    }

    /// The set of a node that has this type; for ANY its first one (RFC 8482 §4.1).
    borrowing func set(of node: Node, _ type: RecordType) -> RecordSet? {
        let first = Int(node.firstSet)
        for index in first..<(first &+ Int(node.setCount)) {
            let set = sets[index]
            if set.type == type || type == .any { return set }
        }
        return nil
    }
}
