// Reads a zone page by page, from where the last page ended.

/// Which records of a zone are asked for.
public enum RecordFilter: Sendable, Hashable {
    case all
    /// Records of the type, and POOLs that answer with such.
    case type(RecordType)
    /// Every POOL.
    case pools
}

/// Some records of a zone, in canonical order.
public struct ZonePage: Sendable {
    public var sets: [StoredSet] = []
    /// Where the next page begins; nil: there is none.
    public var next: ZonePlace?
}

extension Zone {
    /// Names of one page that are looked at, whatever is found: a page may be short, and even empty.
    static let mostNames = 200_000

    /// The records of one name from `place` on.
    public func page(of name: DomainName, from place: ZonePlace?, limit: Int, _ filter: RecordFilter = .all) -> ZonePage
    {
        var collector = PageCollector(contents, from: place, limit: limit, filter)
        var scratch = QueryName()
        scratch.set(name: name.canonicalWire)
        if let node = contents.find(scratch) { _ = collector.add(node) }
        return collector.page
    }

    /// All records from `place` on.
    /// - Parameters:
    ///   - order: of this zone.
    ///   - limit: the most records, from 1.
    public func page(in order: ZoneOrder, from place: ZonePlace?, limit: Int, _ filter: RecordFilter = .all) -> ZonePage
    {
        var collector = PageCollector(contents, from: place, limit: limit, filter)
        let first = place.map { order.index(of: $0.name, in: self) } ?? 0
        let last = min(order.nodes.count, first + Self.mostNames)
        for index in first..<max(first, last) {
            if !collector.add(Int(order.nodes[index])) { return collector.page }
        }
        if last < order.nodes.count {
            collector.page.next = ZonePlace(name: contents.name(of: Int(order.nodes[last])).wire, type: 0, row: 0)
        }
        return collector.page
    }
}

/// Fills one page.
private struct PageCollector {
    var page = ZonePage()
    private let contents: ZoneContents
    private let place: ZonePlace?
    private let filter: RecordFilter
    private var room: Int

    init(_ contents: ZoneContents, from place: ZonePlace?, limit: Int, _ filter: RecordFilter) {
        self.contents = contents
        self.place = place
        self.filter = filter
        room = limit
    }

    /// Adds what a node has, from the place on if that is within it.
    /// - Returns: false once the page is full.
    mutating func add(_ number: Int) -> Bool {
        let node = contents.node(number)
        guard (0..<node.setCount).contains(where: { matches(contents.set($0, of: node)) }) else { return true }
        let name = contents.name(of: number)
        for index in 0..<node.setCount {
            let set = contents.set(index, of: node)
            guard matches(set), let first = firstRow(set, name) else { continue }
            guard room > 0 else {
                page.next = ZonePlace(name: name.wire, type: set.type.rawValue, row: first)
                return false
            }
            let rows = contents.rowCount(of: set)
            let end = min(rows, first + room)
            page.sets.append(contents.stored(set, of: name, rows: first..<end))
            room -= end - first
            if end < rows {
                page.next = ZonePlace(name: name.wire, type: set.type.rawValue, row: end)
                return false
            }
        }
        return true
    }

    private func matches(_ set: RecordSet) -> Bool {
        switch filter {
        case .all: true
        case .type(let type): set.type == type && set.type != .pool
        case .pools: set.type == .pool || set.isMade
        }
    }

    /// Nil if all of the set comes before the place.
    private func firstRow(_ set: RecordSet, _ name: DomainName) -> Int? {
        guard let place, place.name == name.wire else { return 0 }
        if set.type.rawValue != place.type { return set.type.rawValue > place.type ? 0 : nil }
        return Int(place.row) < contents.rowCount(of: set) ? Int(place.row) : nil
    }
}

extension ZoneContents {
    /// Canonical.
    fileprivate func name(of node: Int) -> DomainName {
        var name = QueryName()
        load(node, into: &name)
        return DomainName(trusted: (0..<name.length).map { name[$0] })
    }
}
