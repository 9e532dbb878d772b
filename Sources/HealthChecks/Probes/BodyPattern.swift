// Regular expressions over bodies, on a thread of their own: they may take long, without a limit even if the pattern is
// unlucky in what the target sends, and neither other probes nor the event loops may wait for that.

internal import Checks
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// A body that is to be matched once the connection has done its part.
final class CollectedBody: Sendable {
    private let octets = Mutex<[UInt8]?>(nil)

    func set(_ octets: [UInt8]) { self.octets.withLock { $0 = octets } }

    /// Nil if the exchange did not come that far.
    var value: [UInt8]? { octets.withLock { $0 } }
}

extension BodyExpectation {
    static let thread: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
        return pool
    }()

    /// Whether the pattern matches somewhere in `octets`.
    /// - Throws: if that is not known within `limit`, which is not the target's fault.
    static func matches(
        _ pattern: String, _ octets: [UInt8], within limit: Duration, on loop: any EventLoop,
        thread: NIOThreadPool = Self.thread
    ) async throws(ProbeNotRun) -> Bool {
        let answer = loop.makePromise(of: Bool?.self)
        let isOpen = NIOLoopBoundBox.makeBoxSendingValue(true, eventLoop: loop)
        let settle = { @Sendable (result: Bool?) in
            guard isOpen.value else { return }
            isOpen.value = false
            answer.succeed(result)
        }
        let timer = loop.scheduleTask(in: TimeAmount(limit)) { settle(nil) }
        defer { timer.cancel() }
        let match = thread.runIfActive(eventLoop: loop) {
            // Was compiled once when it was read.
            try Regex(pattern).firstMatch(in: String(decoding: octets, as: UTF8.self)) != nil
        }
        match.whenComplete { settle(try? $0.get()) }
        guard let result = (try? await answer.futureResult.get()) ?? nil else {
            throw ProbeNotRun("body_matches: no result for \(pattern) within \(limit.spoken); write a simpler one")
        }
        return result
    }
}

extension Verdict {
    /// The same verdict, failed if the pattern that is asked for is not in the body.
    func matched(
        by options: HTTPOptions, _ body: CollectedBody, _ limit: Duration, on loop: any EventLoop
    ) async throws(ProbeNotRun) -> Verdict {
        guard !outcome.isFailure, let pattern = options.body.pattern, let octets = body.value else { return self }
        if try await BodyExpectation.matches(pattern, octets, within: limit, on: loop) { return self }
        var judged = self
        let extent = options.body.extent(of: octets.count)
        judged.outcome = .failed(.http, "the body (\(extent)) does not match \(pattern)")
        return judged
    }
}
