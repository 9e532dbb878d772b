// What is counted of probes, for metrics.

import Checks
import Testing

@testable import HealthChecks

@Suite struct ProbeTalliesTests {
    @Test func durationsAreCountedByBounds() {
        var histogram = DurationHistogram(bounds: [0.001, 0.05, 10])
        for milliseconds in [-1, 0, 1, 30, 10_000, 10_001] { histogram.add(.milliseconds(milliseconds)) }
        #expect(histogram.counts == [3, 1, 1, 1])
        #expect(histogram.total == .milliseconds(20_032))
    }

    private func verdict(_ outcome: Verdict.Outcome, _ layers: [(Layer, Int)] = [], latency: Int) -> Verdict {
        Verdict(
            outcome: outcome, layers: layers.map { LayerTiming(layer: $0, duration: .milliseconds($1)) },
            latency: .milliseconds(latency))
    }

    @Test func verdictsByOutcomeAndLayer() throws {
        let tallies = ProbeTallies()
        tallies.count(verdict(.passed, [(.tcp, 2), (.http, 40)], latency: 42), of: "web")
        tallies.count(verdict(.failed(.http, "502"), [(.tcp, 3)], latency: 7), of: "web")
        tallies.count(verdict(.failed(.http, "503"), [(.tcp, 3)], latency: 7), of: "web")
        tallies.count(verdict(.degraded(.tls, "expires"), latency: 9), of: "web")
        tallies.count(verdict(.failed(.tcp, "refused"), latency: 1), of: "port")
        tallies.countNotRun()
        tallies.countStart(.milliseconds(3))
        let state = tallies.current
        let web = try #require(state.checks["web"])
        #expect(
            web.results == [
                .init(outcome: "passed"): 1, .init(outcome: "failed", layer: .http): 2,
                .init(outcome: "degraded", layer: .tls): 1,
            ])
        #expect(web.durations.total == .milliseconds(65) && web.durations.counts.reduce(0, +) == 4)
        #expect(web.layers[.tcp]?.counts.reduce(0, +) == 3 && web.layers[.http]?.total == .milliseconds(40))
        #expect(state.notRun == 1 && state.lateness.total == .milliseconds(3))
        // Where it has never passed, that is there to be seen, too.
        #expect(state.checks["port"]?.results[.init(outcome: "passed")] == 0)
        tallies.keep(["port"])
        #expect(tallies.current.checks.keys.sorted() == ["port"])
    }
}
