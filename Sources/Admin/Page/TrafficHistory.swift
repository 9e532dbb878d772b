// How many queries there were, now and in the last ten minutes.

import Foundation
import NIOConcurrencyHelpers
import ServiceLifecycle

/// Takes a sample of the counters every few seconds.
final class TrafficHistory: Service, Sendable {
    static let interval = Duration.seconds(5)
    static let capacity = 121

    struct Sample {
        var time: ContinuousClock.Instant
        /// Answers by response code, over all transports.
        var responses: [UInt64]

        var total: UInt64 { responses.reduce(0, &+) }
    }

    private let samples = NIOLockedValueBox<[Sample]>([])
    private let metrics: @Sendable () -> ServerMetrics

    init(_ metrics: @escaping @Sendable () -> ServerMetrics) { self.metrics = metrics }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            repeat { take() } while (try? await Task.sleep(for: Self.interval)) != nil
        }
    }

    func take() {
        let sample = Sample(time: .now, responses: Self.responses(metrics()))
        samples.withLockedValue { samples in
            if samples.count == Self.capacity { samples.removeFirst() }
            samples.append(sample)
        }
    }

    static func responses(_ metrics: ServerMetrics) -> [UInt64] {
        metrics.transports.reduce(into: []) { sum, transport in
            for (code, count) in transport.responses.enumerated() {
                if code < sum.count { sum[code] += count } else { sum.append(count) }
            }
        }
    }

    /// Queries a second between each two samples, oldest first.
    var rates: [Double] {
        samples.withLockedValue { samples in
            zip(samples, samples.dropFirst()).map { former, latter in
                let seconds = (latter.time - former.time) / .seconds(1)
                return seconds > 0 ? Double(latter.total &- former.total) / seconds : 0
            }
        }
    }
}
