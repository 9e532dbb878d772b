// What has changed between two versions of a zone, counted in records. A record is the same if its owner, type, TTL and
// RDATA are; a POOL record, if its TTL and the number of its pool are.

/// How many records a new version of a zone has gained and lost.
public struct ZoneDifference: Hashable, Sendable {
    public private(set) var added = 0
    public private(set) var removed = 0

    /// Both versions answer every query alike.
    public var isEmpty: Bool { added == 0 && removed == 0 }

    /// Compares two versions of one zone. Takes time in proportion to their sizes, and some octets for each old name.
    /// - Precondition: both have the same apex, and their pools are numbered alike.
    public init(from old: Zone, to new: Zone) {
        precondition(old.apex == new.apex, "versions of one zone")
        compare(old.contents, new.contents)
    }

    private mutating func compare(_ old: ZoneContents, _ new: ZoneContents) {
        // By node; each takes two words or more.
        var isMatched = [Bool](repeating: false, count: Int(old.entriesEnd) / 2 + 1)
        var name = QueryName()
        new.forEachNode { number, node in
            new.load(number, into: &name)
            if let former = old.find(name) {
                isMatched[former / 2] = true
                compare(old, old.node(former), new, node)
            } else {
                added += new.zoneFileCount(of: node)
            }
        }
        old.forEachNode { number, node in
            if !isMatched[number / 2] { removed += old.zoneFileCount(of: node) }
        }
    }

    /// Compares what one name has; sets stand in the order of their types.
    private mutating func compare(
        _ old: ZoneContents, _ oldNode: ZoneContents.Node, _ new: ZoneContents, _ newNode: ZoneContents.Node
    ) {
        var (former, current) = (0, 0)
        while former < oldNode.setCount || current < newNode.setCount {
            let oldSet = former < oldNode.setCount ? old.set(former, of: oldNode) : nil
            let newSet = current < newNode.setCount ? new.set(current, of: newNode) : nil
            let (formerType, currentType) = (oldSet.order, newSet.order)
            if let oldSet, let newSet, formerType == currentType {
                compare(old, oldSet, new, newSet)
            } else if let oldSet, formerType < currentType {
                removed += oldSet.zoneFileCount
            } else {
                added += newSet?.zoneFileCount ?? 0
            }
            if formerType <= currentType { former += 1 }
            if currentType <= formerType { current += 1 }
        }
    }

    /// Compares two sets of one owner and type.
    private mutating func compare(
        _ old: ZoneContents, _ oldSet: RecordSet, _ new: ZoneContents, _ newSet: RecordSet
    ) {
        if oldSet.type == .pool || oldSet.isMade || newSet.isMade {
            let isSame =
                oldSet.isMade == newSet.isMade && oldSet.timeToLive == newSet.timeToLive
                && (oldSet.type == .pool
                    ? oldSet.start == newSet.start
                    : old.haveSameOctets(oldSet, new, newSet) && old.haveSameWords(oldSet, new, newSet))
            removed += isSame ? 0 : oldSet.zoneFileCount
            added += isSame ? 0 : newSet.zoneFileCount
            return
        }
        if old.haveSameOctets(oldSet, new, newSet) { return }
        let (oldRecords, newRecords) = (old.records(of: oldSet), new.records(of: newSet))
        removed += oldRecords.subtracting(newRecords).count
        added += newRecords.subtracting(oldRecords).count
    }
}

extension RecordSet {
    /// Records as a zone file counts them: a POOL is one.
    fileprivate var zoneFileCount: Int { type == .pool || isMade ? 1 : Int(recordCount) }
}

extension RecordSet? {
    /// Where among the sets of a name it stands; after all others, if there is none.
    fileprivate var order: Int { self.map { Int($0.type.rawValue) } ?? .max }
}

extension ZoneContents {
    /// How many records a zone file has of a name.
    fileprivate func zoneFileCount(of node: Node) -> Int {
        (0..<node.setCount).reduce(0) { $0 + set($1, of: node).zoneFileCount }
    }

    /// Whether two sets are stored alike. Names that end with the apex are cut there in both, so this tells.
    fileprivate func haveSameOctets(
        _ set: RecordSet, _ other: ZoneContents, _ otherSet: RecordSet
    ) -> Bool {
        guard set.length == otherSet.length else { return false }
        for index in 0..<Int(set.length)
        where octets[Int(set.start) + index] != other.octets[Int(otherSet.start) + index] {
            return false
        }
        return true
    }

    /// Whether two sets that are made from pools are made alike. Which node its host is does not count.
    fileprivate func haveSameWords(
        _ set: RecordSet, _ other: ZoneContents, _ otherSet: RecordSet
    ) -> Bool {
        guard set.pointerCount == otherSet.pointerCount, set.hostCount == otherSet.hostCount else { return false }
        for index in 0..<Int(set.pointerCount)
        where references[Int(set.references) + index] != other.references[Int(otherSet.references) + index] {
            return false
        }
        return true
    }

    /// The stored octets of each record; no two are alike.
    fileprivate func records(of set: RecordSet) -> Set<[UInt8]> {
        var records = Set<[UInt8]>()
        var start = Int(set.start)
        let lengthOffset = 2 + RecordSet.fixedLength - 2
        for _ in 0..<Int(set.recordCount) {
            let dataLength = Int(octets[start + lengthOffset]) << 8 | Int(octets[start + lengthOffset + 1])
            let end = start + lengthOffset + 2 + dataLength
            var record: [UInt8] = []
            for index in start..<end { record.append(octets[index]) }
            records.insert(record)
            start = end
        }
        return records
    }
}
