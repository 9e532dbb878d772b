// What has changed between two versions of a zone, counted in records. A record is the same if its owner, type, TTL and
// RDATA are; a POOL record, if its TTL and the number of its pool are.

/// How many records a new version of a zone has gained and lost.
public struct ZoneDifference: Hashable, Sendable {
    public private(set) var added = 0
    public private(set) var removed = 0

    /// Both versions answer every query alike.
    public var isEmpty: Bool { added == 0 && removed == 0 }

    /// Compares two versions of one zone. Takes time in proportion to their sizes, and one octet for each old name.
    /// - Precondition: both have the same apex, and their pools are numbered alike.
    public init(from old: Zone, to new: Zone) {
        precondition(old.apex == new.apex, "versions of one zone")
        unsafe compare(old.contents.pointee, new.contents.pointee)
    }

    private mutating func compare(_ old: borrowing ZoneContents, _ new: borrowing ZoneContents) {
        var isMatched = [Bool](repeating: false, count: old.nodes.count)
        var name = QueryName()
        for node in new.nodes.indices {
            new.names.load(node, into: &name)
            if let former = old.names.find(name) {
                isMatched[former] = true
                compare(old, old.setRange(of: former), new, new.setRange(of: node))
            } else {
                for set in new.setRange(of: node) { added += new.sets[set].zoneFileCount }
            }
        }
        for node in old.nodes.indices where !isMatched[node] {
            for set in old.setRange(of: node) { removed += old.sets[set].zoneFileCount }
        }
    }

    /// Compares what one name has; sets stand in the order of their types.
    private mutating func compare(
        _ old: borrowing ZoneContents, _ oldSets: Range<Int>, _ new: borrowing ZoneContents, _ newSets: Range<Int>
    ) {
        var (former, current) = (oldSets.lowerBound, newSets.lowerBound)
        while former < oldSets.upperBound || current < newSets.upperBound {
            let formerType = former < oldSets.upperBound ? Int(old.sets[former].type.rawValue) : .max
            let currentType = current < newSets.upperBound ? Int(new.sets[current].type.rawValue) : .max
            if formerType == currentType {
                compare(old, old.sets[former], new, new.sets[current])
            } else if formerType < currentType {
                removed += old.sets[former].zoneFileCount
            } else {
                added += new.sets[current].zoneFileCount
            }
            if formerType <= currentType { former += 1 }
            if currentType <= formerType { current += 1 }
        }
    }

    /// Compares two sets of one owner and type.
    private mutating func compare(
        _ old: borrowing ZoneContents, _ oldSet: RecordSet, _ new: borrowing ZoneContents, _ newSet: RecordSet
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

extension ZoneContents {
    fileprivate borrowing func setRange(of node: Int) -> Range<Int> {
        let first = Int(nodes[node].firstSet)
        return first..<first + Int(nodes[node].setCount)
    }

    /// Whether two sets are stored alike. Names that end with the apex are cut there in both, so this tells.
    fileprivate borrowing func haveSameOctets(
        _ set: RecordSet, _ other: borrowing ZoneContents, _ otherSet: RecordSet
    ) -> Bool {
        guard set.length == otherSet.length else { return false }
        for index in 0..<Int(set.length)
        where octets[Int(set.start) + index] != other.octets[Int(otherSet.start) + index] {
            return false
        }
        return true
    }

    /// Whether two sets that are made from pools are made alike. Which node its host is does not count.
    fileprivate borrowing func haveSameWords(
        _ set: RecordSet, _ other: borrowing ZoneContents, _ otherSet: RecordSet
    ) -> Bool {
        guard set.pointerCount == otherSet.pointerCount, set.hostCount == otherSet.hostCount else { return false }
        for index in 0..<Int(set.pointerCount)
        where references[Int(set.references) + index] != other.references[Int(otherSet.references) + index] {
            return false
        }
        return true
    }

    /// The stored octets of each record; no two are alike.
    fileprivate borrowing func records(of set: RecordSet) -> Set<[UInt8]> {
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
