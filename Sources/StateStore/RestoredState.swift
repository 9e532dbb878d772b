// What the start reads.

internal import DNSCore
internal import GRDB
public import HealthChecks
#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What an earlier run has left.
public struct RestoredState: Sendable {
    /// Nil: nothing that can be used.
    public private(set) var health: SavedHealth?
    /// The number of the last event: those of this run go on from there.
    public private(set) var newestEvent: UInt64 = 0
    public private(set) var orders: [TargetOrders] = []
    private(set) var unreadableOrders: [TargetKey] = []
    /// Those that are kept.
    private(set) var events: ClosedRange<UInt64>?
    /// Why the states are not used, if there are any.
    private var problem: String?

    init(_ file: StateFile, at date: Date) throws(StateError) {
        try read(file, at: date)
        if events == nil, file.movedAside != nil { newestEvent = Self.numberBeyondAll(date) }
    }

    /// What can still be read in a directory that cannot be used.
    init(readingOnly directory: String, at date: Date) {
        do throws(StateError) {
            let file = try StateFile(reading: directory)
            defer { file.close() }
            try read(file, at: date)
        } catch {
            // Why the directory cannot be used has been said.
        }
        newestEvent = Self.numberBeyondAll(date)
    }

    private mutating func read(_ file: StateFile, at date: Date) throws(StateError) {
        events = try file.eventRange()
        newestEvent = events?.upperBound ?? 0
        (orders, unreadableOrders) = try file.orders()
        health = try file.health()
        problem = health?.problem(at: date)
        if problem != nil { health = nil }
    }

    /// Where numbering begins if it is not known what earlier runs have come to. Numbers never go back, lest somebody who
    /// remembers one misses an event.
    private static func numberBeyondAll(_ date: Date) -> UInt64 { UInt64(max(0, date.milliseconds)) }

    /// `states of 12 addresses, 3 s old; events #1 to #24`.
    func text(at date: Date) -> String {
        var parts: [String] = []
        if let health {
            let age = max(0, Int(date.timeIntervalSince(health.time)))
            parts.append("states of \(health.members.count) addresses, \(age) s old, are kept")
        } else if let problem {
            parts.append("what was known of health is not used: \(problem)")
        } else {
            parts.append("no states are kept")
        }
        if !orders.isEmpty { parts.append("orders for \(orders.count) targets") }
        if let events { parts.append("events #\(events.lowerBound) to #\(events.upperBound)") }
        return parts.joined(separator: "; ")
    }
}
