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
    /// What the slots say of a name before it is compared: the node of the first that has a hash like it; 0 for none.
    @inline(__always)
    func likelyEntry(of name: borrowing QueryName) -> Int {
        let hash = UInt32(truncatingIfNeeded: name.hash)
        var slot = hash & slotMask
        while true {
            let entry = self.slot(slot)
            if entry == 0 || (entry ^ hash) & ~entryMask == 0 { return Int(entry & entryMask) }
            slot = (slot &+ 1) & slotMask
        }
    }

    /// The node of the suffix of `name` that starts with a label; of the whole name with the first.
    func find(_ name: borrowing QueryName, label: Int = 0) -> Int? {
        let hash = UInt32(truncatingIfNeeded: name.hash(ofLabel: label))
        var slot = hash & slotMask
        while true {
            let entry = self.slot(slot)
            if entry == 0 { return nil }
            if (entry ^ hash) & ~entryMask == 0 {
                let node = Int(entry & entryMask)
                if equals(node, name, suffix: name.start(ofLabel: label)) { return node }
            }
            slot = (slot &+ 1) & slotMask
        }
    }

    /// Whether a node's name is the suffix of `name` that starts at octet `start`.
    @inline(__always)
    private func equals(_ node: Int, _ name: borrowing QueryName, suffix start: Int) -> Bool {
        let count = Int(header(of: node).nameLength)
        guard count == name.wordCount(ofSuffix: start) else { return false }
        var index = 0
        while index < count {
            guard nameWord(index, of: node) == name.word(index, ofSuffix: start) else { return false }
            index &+= 1
        }
        return true
    }

    /// Looks up `name`, which is at or below the apex.
    func lookup(_ name: borrowing QueryName, _ type: RecordType) -> LookupResult {
        lookup(name, type, likelyEntry(of: name))
    }

    /// Looks up `name`, whose `likelyEntry` is known.
    @inline(__always)
    func lookup(_ name: borrowing QueryName, _ type: RecordType, _ entry: Int) -> LookupResult {
        if let node = node(of: name, entry) {
            let traits = header(of: node).traits
            guard !traits.contains(.isOccluded) else { return descend(name) }
            // DS belongs to the parent's side of a cut (RFC 4035 §3.1.4.1).
            return traits.contains(.isCut) && type != .ds ? .delegation(node: node, label: 0) : .node(node)
        }
        return descend(name)
    }

    /// The node of a name whose `likelyEntry` is known.
    @inline(__always)
    private func node(of name: borrowing QueryName, _ entry: Int) -> Int? {
        if entry == 0 { return nil }
        return equals(entry, name, suffix: 0) ? entry : find(name)
    }

    /// Goes down from the apex to a name that does not exist, or lies below a cut or a DNAME: one look for each name
    /// that exists on the way, so that labels that lead nowhere cost nothing. The name itself is not looked for again.
    private func descend(_ name: borrowing QueryName) -> LookupResult {
        var label = name.labelCount &- apexLabelCount
        var encloser = Int(apex)
        while label > 1, !header(of: encloser).traits.contains(.hasRedirection) {
            guard let node = find(name, label: label &- 1) else { break }
            label &-= 1
            // The first cut or DNAME that is met is the highest: all others are occluded.
            if header(of: node).traits.contains(.isCut) { return .delegation(node: node, label: label) }
            encloser = node
        }
        let header = header(of: encloser)
        if header.traits.contains(.hasRedirection) { return .redirection(node: encloser, label: label) }
        return header.wildcard == 0 ? .nameError : .wildcard(Int(header.wildcard))
    }

    /// The set of a node that has this type; for ANY its first one (RFC 8482 §4.1).
    @inline(__always)
    func set(of node: Node, _ type: RecordType) -> RecordSet? {
        for index in 0..<node.setCount {
            let set = set(index, of: node)
            if set.type == type || type == .any { return set }
        }
        return nil
    }
}
