// Which zones have counters of their own. A server of ten thousand zones must not have as many time series for each
// transport and response code, so the first hundred have, and the others share. A number stays with its zone for as long
// as the server runs, whatever is reloaded: so what is counted under it only grows.

/// Gives zones the numbers under which workers count their answers.
public struct CountedZones: Sendable {
    /// The number of answers that come from no zone of ours.
    public static var none: UInt16 { 0 }
    /// The number that all zones without one of their own have.
    public static var others: UInt16 { 1 }
    /// How many zones have a number of their own.
    public static var limit: Int { 100 }
    /// How many numbers there are, from 0.
    public static var count: Int { limit + 2 }

    /// Those with a number of their own, by that less two; also those that are not served any more.
    public private(set) var apexes: [DomainName] = []
    private var numbers: [DomainName: UInt16] = [:]

    public init() {}

    /// Gives numbers to zones that have none, as long as there are any: first to those with pools, then to the largest.
    public mutating func add(_ zones: [Zone], unavailable: [DomainName] = []) {
        guard apexes.count < Self.limit else { return }
        let new = zones.filter { numbers[$0.apex] == nil }.sorted { rank($0) > rank($1) }.map(\.apex)
        for apex in new + unavailable where numbers[apex] == nil && apexes.count < Self.limit {
            numbers[apex] = UInt16(apexes.count + 2)
            apexes.append(apex)
        }
    }

    private func rank(_ zone: Zone) -> (Int, Int) { (zone.poolOwners.isEmpty ? 0 : 1, zone.recordCount) }

    /// From 1 to `count` - 1.
    public func number(of apex: DomainName) -> UInt16 { numbers[apex] ?? Self.others }
}
