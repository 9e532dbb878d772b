// What survives a restart, as the rest of the program sees it. The file may be unusable at any moment: then the reason is
// said once, all goes on without it, and it is tried again from time to time.

internal import Glibc
public import HealthChecks
public import Logging
internal import Synchronization
#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// The state directory of a running server.
public final class StateStore: Sendable {
    struct Condition: Sendable {
        var file: StateFile?
        var problem: StateError?
        /// The file turned out to be damaged: a new one takes its place.
        var isDamaged = false
        var errors = 0
        var oldestEvent: UInt64?
        var orders = KnownOrders([])
    }

    let directory: String
    let condition: Mutex<Condition>
    let logger: Logger
    /// What an earlier run has left.
    public let restored: RestoredState

    /// Opens what is in `directory`, which is made if it is missing. What is wrong with it is logged.
    public init(directory: String, logger: Logger, at date: Date = Date()) {
        self.directory = directory
        self.logger = logger
        var condition = Condition()
        do throws(StateError) {
            let file = try Self.open(directory, waiting: Self.patience)
            condition.file = file
            restored = try RestoredState(file, at: date)
            condition.oldestEvent = restored.events?.lowerBound
            if let place = file.movedAside { logger.warning("\(Self.text(movedTo: place, directory))") }
            logger.info("state in \(directory): \(restored.text(at: date))")
        } catch {
            condition.file = nil
            condition.problem = error
            condition.errors = 1
            restored = RestoredState(readingOnly: directory, at: date)
            logger.error("\(error)\(Self.consequence) (\(restored.text(at: date)))")
        }
        for key in restored.unreadableOrders {
            logger.error("the orders for \(key) cannot be read, and are not in force; please give them again")
        }
        condition.orders = KnownOrders(restored.orders)
        self.condition = Mutex(condition)
    }

    static let consequence = "; going on without it: what happens now does not survive a restart"

    static func text(movedTo place: String, _ directory: String) -> String {
        "the state in \(directory) is damaged; it was put aside as \(place), and a new file begun"
    }

    /// A process that was just killed may not be quite gone.
    private static let patience = Duration.seconds(1)

    private static func open(_ directory: String, waiting patience: Duration) throws(StateError) -> StateFile {
        let end = ContinuousClock.now + patience
        while true {
            do throws(StateError) {
                return try StateFile(try StateDirectory(directory))
            } catch {
                guard case .inUse = error.cause, .now < end else { throw error }
                usleep(50_000)
            }
        }
    }

    public var status: StateStatus {
        condition.withLock { condition in
            StateStatus(
                directory: directory, isWorking: condition.problem == nil,
                problem: condition.problem.map { "\($0)" }, errors: condition.errors)
        }
    }

    /// The file, if it is open.
    var file: StateFile? { condition.withLock { $0.file } }

    // MARK: Trouble

    /// Notes that something could not be done, and says so unless that is known.
    func fail(_ error: StateError) {
        let (isNews, closing) = condition.withLock { condition in
            defer { condition.problem = error }
            condition.errors += 1
            var closing: StateFile?
            if error.isCorrupt { condition.isDamaged = true }
            if error.needsReopening {
                closing = condition.file
                condition.file = nil
            }
            return (condition.problem != error, closing)
        }
        closing?.close()
        if isNews { logger.error("\(error)\(Self.consequence)") }
    }

    /// Notes that it works.
    func succeed() {
        let former = condition.withLock { condition in
            defer { condition.problem = nil }
            return condition.problem
        }
        if former != nil { logger.notice("state in \(directory): it can be written again, and has all that there is") }
    }

    /// Opens the file again. All is to be saved in it anew.
    /// - Returns: orders in it that this run does not know; nil if it cannot be opened.
    func reopen() -> [TargetOrders]? {
        let isDamaged = condition.withLock { $0.isDamaged }
        do throws(StateError) {
            let place = try StateDirectory(directory)
            let damaged = isDamaged ? try place.moveAside(at: Date()) : nil
            let file = try StateFile(place)
            let (events, orders) = (try file.eventRange(), try file.orders().orders)
            let late = condition.withLock { condition in
                condition.file = file
                condition.isDamaged = false
                condition.oldestEvent = events?.lowerBound
                let late = condition.orders.add(orders)
                condition.orders.forgetSaved()
                return late
            }
            if let damaged = damaged ?? file.movedAside { logger.warning("\(Self.text(movedTo: damaged, directory))") }
            return late
        } catch {
            fail(error)
            return nil
        }
    }

    func close() {
        let file = condition.withLock { condition in
            defer { condition.file = nil }
            return condition.file
        }
        file?.close()
    }
}

extension StateStore: EventArchive {
    public var oldestEvent: UInt64? { condition.withLock { $0.file == nil ? nil : $0.oldestEvent } }

    public func events(after sequence: UInt64, limit: Int) async -> [HealthEvent] {
        guard let file else { return [] }
        do throws(StateError) {
            return try await file.events(after: sequence, limit: limit)
        } catch {
            fail(error)
            return []
        }
    }
}
