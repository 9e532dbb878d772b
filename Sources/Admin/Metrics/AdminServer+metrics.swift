// Where Prometheus asks.

import Hummingbird

extension AdminServer {
    func addMetrics(to routes: inout RouteList) {
        routes.get("/metrics") { [source, requests] _, _ in
            let metrics = MetricsText(
                source.metrics(), pools: source.pools(), orders: source.orders(), prober: source.prober(),
                state: source.state(), isReady: source.isReady(), requests: requests.counts, process: .current())
            return .text(metrics.text, type: "text/plain; version=0.0.4; charset=utf-8")
        }
    }
}
