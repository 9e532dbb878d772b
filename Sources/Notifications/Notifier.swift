// The service that tells people and programs what has happened: one task for each channel, which reads the journal at
// its own pace. Nothing waits for it.

public import HealthChecks
public import Logging
public import ServerConfiguration
public import ServiceLifecycle
internal import Synchronization

/// Sends what happens from its making on, from `run()` until it is cancelled or shut down.
public final class Notifier: Service {
    /// One channel: its settings, and how far it is.
    private struct Lane: Sendable {
        var channel: NotificationChannel
        var outbox: Outbox
        var task: Task<Void, Never>?
    }

    private enum Phase { case notStarted, running, ended }

    private struct State: Sendable {
        var lanes: [String: Lane] = [:]
        var node: String
        var phase = Phase.notStarted
    }

    private let state: Mutex<State>
    private let journal: EventJournal
    private let logger: Logger

    /// - Parameter node: what this server calls itself.
    public init(_ channels: [NotificationChannel], node: String, journal: EventJournal, logger: Logger) {
        self.journal = journal
        self.logger = logger
        state = Mutex(State(node: node))
        change(to: channels, node: node)
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            state.withLock { state in
                state.phase = .running
                for name in state.lanes.keys { start(name, &state) }
            }
            while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
        }
        let lanes = state.withLock { state in
            state.phase = .ended
            return state.lanes
        }
        for lane in lanes.values { lane.task?.cancel() }
        for lane in lanes.values { await lane.task?.value }
    }

    /// Uses other channels from now on. One that stays, by its name, loses nothing of what it has still to send; a new
    /// one is told of what happens from now on.
    public func change(to channels: [NotificationChannel], node: String) {
        state.withLock { state in
            state.node = node
            for (name, lane) in state.lanes where !channels.contains(where: { $0.name == name }) {
                lane.task?.cancel()
                if lane.outbox.message != nil {
                    logger.warning("notify: \(name) is not there any more; a message to it was not delivered")
                }
                state.lanes[name] = nil
            }
            for channel in channels where state.lanes[channel.name]?.channel != channel {
                let place = journal.newest
                state.lanes[channel.name, default: Lane(channel: channel, outbox: Outbox(after: place))].channel =
                    channel
                state.lanes[channel.name]?.outbox.settingsChanged()
                if state.phase == .running { start(channel.name, &state) }
            }
        }
    }

    /// Counts of each channel, by name.
    public var counts: [(channel: String, counts: NotificationCounts)] {
        state.withLock { $0.lanes.map { ($0, $1.outbox.counts) } }.sorted { $0.0 < $1.0 }
    }

    /// Starts a channel's task; one that runs already is ended first, as its message may be under way.
    private func start(_ name: String, _ state: inout State) {
        let former = state.lanes[name]?.task
        former?.cancel()
        state.lanes[name]?.task = Task { [self] in
            await former?.value
            await drive(name)
        }
    }

    private func drive(_ name: String) async {
        // Listens before it looks, so that nothing comes in between.
        let news = journal.news()
        while !Task.isCancelled, let (step, channel) = next(name) {
            switch step {
            case .send(let message):
                let result = await channel.send(message)
                // A message whose sending was cut off is sent again: perhaps it has not arrived.
                guard !Task.isCancelled else { return }
                conclude(result, name, message)
            case .wait(let time?): try? await ContinuousClock().sleep(until: time, tolerance: nil)
            case .wait(nil): for await _ in news { break }
            }
        }
    }

    private func next(_ name: String) -> (Outbox.Step, NotificationChannel)? {
        state.withLock { state in
            guard let channel = state.lanes[name]?.channel else { return nil }
            let node = state.node
            let step = state.lanes[name]?.outbox.next(channel, node: node, at: .now) { [journal] in
                journal.page(after: $0, limit: $1)
            }
            return step.map { ($0, channel) }
        }
    }

    private func conclude(_ result: Outbox.Result, _ name: String, _ message: NotificationMessage) {
        let conclusion = state.withLock { state in
            // The channel may have been taken away meanwhile.
            guard let channel = state.lanes[name]?.channel else { return nil as Outbox.Conclusion? }
            return state.lanes[name]?.outbox.conclude(result, channel, at: .now, jitter: .random(in: 0...1))
        }
        switch conclusion {
        case .delivered(let attempts) where attempts > 1:
            logger.notice("notify: \(name): delivered at attempt \(attempts)")
        case .willRetry(let reason, let delay, attempts: 1):
            logger.warning("notify: \(name): \(reason); tried again in \(Int((delay / .milliseconds(1)).rounded())) ms")
        case .givenUp(let reason, let attempts):
            logger.error(
                "notify: \(name): given up after \(attempts) attempt\(attempts == 1 ? "" : "s"): \(reason); not delivered: \(message.summary)"
            )
        case .delivered, .willRetry, nil: break
        }
    }
}

extension NotificationChannel {
    /// Makes one attempt.
    func send(_ message: NotificationMessage) async -> Outbox.Result {
        switch receiver {
        case .webhook(let webhook): await WebhookSender(webhook: webhook, timeout: timeout).send(message)
        case .program(let path, let arguments):
            await ProgramHook(path: path, arguments: arguments, timeout: timeout).run(message)
        }
    }

    /// Makes one attempt to send a message that says that messages arrive.
    /// - Returns: whether it was taken, and what the receiver said.
    public func sendTest(node: String) async -> (isDelivered: Bool, text: String) {
        switch await send(.test(node: node)) {
        case .delivered(let text): (true, text)
        case .refused(let text), .failed(let text, _): (false, text)
        }
    }
}

extension NotificationMessage {
    /// The first event, and how many more there are, for the log.
    var summary: String {
        let first = events.first.map { "#\($0.sequence) \($0.text)" } ?? "\(missed) events that are gone"
        return events.count > 1 ? "\(first), and \(events.count - 1) more" : first
    }
}
