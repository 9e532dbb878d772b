// The service that saves what happens: each event at once, what is known of health when it changes, and now and then all
// of it.

public import HealthChecks
public import ServiceLifecycle
internal import Synchronization
#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Keeps the store up to date with the monitor.
public struct StateKeeper: Service {
    private let store: StateStore
    private let monitor: HealthMonitor
    private let retention: Duration

    /// The most events that are kept, however young they are.
    public static let mostEvents = 100_000

    /// - Parameter retention: how long events are kept.
    public init(_ store: StateStore, of monitor: HealthMonitor, retention: Duration) {
        self.store = store
        self.monitor = monitor
        self.retention = retention
    }

    /// How often to look for what is new beside events, to note that what is saved is still true, to save all of it, to
    /// remove old events, and to try again after an error.
    private enum Interval {
        static let look = Duration.seconds(1)
        static let noteTime = Duration.seconds(10)
        static let all = Duration.seconds(60)
        static let prune = Duration.seconds(600)
        static let retry = Duration.seconds(5)
    }

    /// How far it has come.
    private struct Progress {
        var event: UInt64
        var noted: ContinuousClock.Instant?
        var all: ContinuousClock.Instant?
        var pruned = ContinuousClock.now
        /// Of the last attempt, if that has failed.
        var failed: ContinuousClock.Instant?
    }

    /// Saves until it is cancelled or gracefully shut down, and then what is left.
    public func run() async throws {
        var progress = Progress(event: store.restored.newestEvent)
        for await _ in wakeUps().cancelOnGracefulShutdown() {
            if Task.isCancelled { break }
            await save(&progress)
        }
        let last = Task { [progress] in
            var progress = progress
            (progress.all, progress.failed) = (nil, nil)
            await save(&progress)
        }
        await last.value
        store.close()
    }

    /// With each event, and once in a while.
    private func wakeUps() -> AsyncStream<Void> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            continuation.yield()
            let news = Task { [monitor] in
                for await _ in monitor.events.news() { continuation.yield() }
            }
            let beat = Task {
                while (try? await Task.sleep(for: Interval.look)) != nil { continuation.yield() }
            }
            continuation.onTermination = { _ in
                news.cancel()
                beat.cancel()
            }
        }
    }

    private func save(_ progress: inout Progress) async {
        let now = ContinuousClock.now
        if let failed = progress.failed, now - failed < Interval.retry { return }
        if store.file == nil {
            progress.failed = now
            guard let orders = store.reopen() else { return }
            monitor.add(orders)
            // What the journal has is all that a new file can have.
            (progress.event, progress.all) = (0, nil)
        }
        guard let file = store.file else { return }
        do throws(StateError) {
            try await store.saveOrders(in: file)
            while try await saveOnce(file, &progress, now) {}
            if now - progress.pruned >= Interval.prune {
                progress.pruned = now
                try await prune(file)
            }
            progress.failed = nil
            store.succeed()
        } catch {
            // What was taken to be saved is not.
            (progress.failed, progress.all) = (now, nil)
            store.fail(error)
        }
    }

    /// Saves as many events as go into one transaction, and with them what is known of health.
    /// - Returns: whether there may be more events.
    private func saveOnce(
        _ file: StateFile, _ progress: inout Progress, _ now: ContinuousClock.Instant
    ) async throws(StateError) -> Bool {
        let isAllDue = progress.all.map { now - $0 >= Interval.all } ?? true
        let isNoteDue = progress.noted.map { now - $0 >= Interval.noteTime } ?? true
        if isNoteDue, !file.directory.isInPlace {
            throw StateError(path: store.directory, cause: .gone)
        }
        let events = monitor.events.page(after: progress.event, limit: EventJournal.capacity).events
        let health = monitor.takeUnsaved(all: isAllDue)
        guard !events.isEmpty || health != nil || isNoteDue else { return false }
        let oldest = try await file.write { database in
            let date = Date()
            try database.save(events, at: date)
            if let health { try database.save(health) }
            try database.noteTime(date)
            return try database.oldestEvent()
        }
        store.condition.withLock { $0.oldestEvent = oldest }
        if isAllDue { progress.all = now }
        progress.noted = now
        progress.event = events.last?.sequence ?? progress.event
        return events.count == EventJournal.capacity
    }

    private func prune(_ file: StateFile) async throws(StateError) {
        let time = Date() - retention / .seconds(1)
        while try await file.pruneEvents(before: time, count: Self.mostEvents) {}
    }
}
