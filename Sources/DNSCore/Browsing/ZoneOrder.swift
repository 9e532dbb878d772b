// The names of a zone in canonical order (RFC 4034 §6.1), for people who read it page by page. Queries do not need it: it
// is made when somebody asks, and takes 4 octets for each name as long as it is kept.

/// The nodes of one zone that have records, sorted.
public struct ZoneOrder: Sendable {
    let nodes: [UInt32]

    /// Sorts all names: too much for every page of a large zone.
    public init(_ zone: Zone) {
        let contents = zone.contents
        var keyed: [(key: UInt64, node: UInt32)] = []
        keyed.reserveCapacity(zone.recordCount)
        var name = QueryName()
        contents.forEachNode { number, node in
            guard node.setCount > 0 else { return }
            contents.load(number, into: &name)
            keyed.append((name.sortKey(below: contents.apexLabelCount), UInt32(number)))
        }
        let names = NamePair(contents)
        keyed.sort { left, right in
            left.key == right.key ? names.isBefore(Int(left.node), Int(right.node)) : left.key < right.key
        }
        nodes = keyed.map(\.node)
    }

    /// The index of the first node whose name is `name` or comes after it.
    func index(of name: [UInt8], in zone: Zone) -> Int {
        let names = NamePair(zone.contents)
        names.right.set(name: name)
        var (low, high) = (0, nodes.count)
        while low < high {
            let middle = (low + high) / 2
            if names.isBefore(Int(nodes[middle])) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// Two names to compare, with the memory for that.
private final class NamePair {
    var left = QueryName()
    var right = QueryName()
    private let contents: ZoneContents

    init(_ contents: ZoneContents) { self.contents = contents }

    func isBefore(_ node: Int, _ other: Int) -> Bool {
        contents.load(other, into: &right)
        return isBefore(node)
    }

    /// Whether a node's name comes before `right`.
    func isBefore(_ node: Int) -> Bool {
        contents.load(node, into: &left)
        var (mine, others) = (left.labelCount, right.labelCount)
        while mine > 0, others > 0 {
            mine -= 1
            others -= 1
            let order = compare(left.start(ofLabel: mine), right.start(ofLabel: others))
            if order != 0 { return order < 0 }
        }
        return mine < others
    }

    /// Of two labels: less than 0 if the left one comes first. A label comes after those that it begins with.
    private func compare(_ start: Int, _ otherStart: Int) -> Int {
        let (count, otherCount) = (Int(left[start]), Int(right[otherStart]))
        for index in 0..<min(count, otherCount) {
            let difference = Int(left[start + 1 + index]) - Int(right[otherStart + 1 + index])
            if difference != 0 { return difference }
        }
        return count - otherCount
    }
}

extension QueryName {
    /// Names whose keys differ are in the order of their keys. Eight octets of the labels below the apex, from the right,
    /// each label with a zero behind it; octets are one more than they are, to be more than that.
    fileprivate func sortKey(below apexLabels: Int) -> UInt64 {
        var key: UInt64 = 0
        var room = 64
        var label = labelCount - apexLabels
        while label > 0, room > 0 {
            label -= 1
            let start = start(ofLabel: label)
            for index in 0..<Int(self[start]) where room > 0 {
                let octet = self[start + 1 + index]
                room -= 8
                key |= UInt64(min(octet, 0xfe) + 1) << UInt64(room)
                // The two highest octets look alike here: what follows tells nothing.
                if octet >= 0xfe { return key }
            }
            room -= 8
        }
        return key
    }
}
