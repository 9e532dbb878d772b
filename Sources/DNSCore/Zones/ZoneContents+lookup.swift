// Finds what a zone says of a name: RFC 1034 §4.3.2 step 3, with wildcards after RFC 4592 §3.3.1 and DNAME after
// RFC 6672 §3.2. Because every empty non-terminal is a node, the closest encloser is the first ancestor that is found.

/// What there is for a name and a type.
enum LookupResult {
    /// The name is this node.
    case node(Int)
    /// The name does not exist, and the wildcard that covers it is this node.
    case wildcard(Int)
    /// The name is at or below this zone cut; its suffix from the given octet on is the cut's name.
    case delegation(node: Int, suffix: Int)
    /// The name lies below this node, which has a DNAME; its suffix from the given octet on is the node's name.
    case redirection(node: Int, suffix: Int)
    case nameError
}

extension ZoneContents {
    /// Looks up `name`, which is at or below the apex.
    borrowing func lookup(_ name: borrowing QueryName, _ type: RecordType) -> LookupResult {
        if let node = names.find(name, suffix: 0) {
            let traits = nodes[node].traits
            if traits.contains(.isOccluded) { return barrier(above: name, from: name.suffix(after: 0)) }
            // DS belongs to the parent's side of a cut (RFC 4035 §3.1.4.1).
            if traits.contains(.isCut), type != .ds { return .delegation(node: node, suffix: 0) }
            return .node(node)
        }
        var suffix = 0
        // Ends at the apex, which is a node.
        while name[suffix] != 0 {
            suffix = name.suffix(after: suffix)
            guard let encloser = names.find(name, suffix: suffix) else { continue }
            let node = nodes[encloser]
            if node.traits.endsZone || node.traits.contains(.isOccluded) { return barrier(above: name, from: suffix) }
            return node.wildcard == Node.none ? .nameError : .wildcard(Int(node.wildcard))
        }
        return .nameError
    }

    /// The cut or DNAME that a name lies below, at `start` or above: the highest, as all others are occluded.
    private borrowing func barrier(above name: borrowing QueryName, from start: Int) -> LookupResult {
        var suffix = start
        while true {
            if let node = names.find(name, suffix: suffix), !nodes[node].traits.contains(.isOccluded) {
                let traits = nodes[node].traits
                if traits.contains(.isCut) { return .delegation(node: node, suffix: suffix) }
                if traits.contains(.hasRedirection) { return .redirection(node: node, suffix: suffix) }
                return .nameError
            }
            if name[suffix] == 0 { return .nameError }
            suffix = name.suffix(after: suffix)
        }
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
