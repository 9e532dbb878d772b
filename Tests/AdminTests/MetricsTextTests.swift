// The text that Prometheus reads, and that it stays small however many zones there are.

import Checks
import DNSCore
import Testing

@testable import Admin
@testable import HealthChecks

@Suite struct MetricsTextTests {
    /// `count` zones of one record, all served.
    private struct Zones: ZoneSource {
        let count: Int

        func zones(where isWanted: (DomainName) -> Bool) -> [ServerMetrics.Zone] {
            (0..<count).compactMap { number in
                guard let name = try? DomainName("z\(number).test"), isWanted(name) else { return nil }
                return ServerMetrics.Zone(
                    name: "\(name)", serial: 1, records: 1, loaded: 0, warnings: 0, hasErrors: false)
            }
        }

        var sums: ServerMetrics.ZoneSums {
            var sums = ServerMetrics.ZoneSums()
            (sums.current, sums.records) = (count, count)
            return sums
        }
    }

    private func server(zones: Int, counted: CountedZones) -> ServerMetrics {
        let transports = ["udp", "tcp"].map { name in
            var transport = ServerMetrics.Transport(
                name: name, responses: [UInt64](repeating: 1, count: 32), truncated: 2, dropped: 3)
            transport.zoneResponses = (0..<CountedZones.count).map { _ in [UInt64](repeating: 5, count: 8) }
            return transport
        }
        return ServerMetrics(
            version: "1", identity: "n\"s\\1\n", transports: transports,
            tcpConnections: .init(open: 0, limit: 1, accepted: 0, closed: []), countedZones: counted,
            zones: Zones(count: zones), reloads: .init(lastTime: 1, lastWasLoaded: true), startTime: 0)
    }

    private func lines(_ server: ServerMetrics) -> [Substring] {
        MetricsText(
            server, pools: [], orders: [], prober: ProberStatus(state: .connected, references: []), state: nil,
            isReady: true, requests: [200: 1, 404: 2], process: .current()
        ).text.split(separator: "\n")
    }

    @Test func labelsAreEscaped() {
        let line = #"triagedns_build_info{version="1",identity="n\"s\\1\n"} 1"#
        #expect(lines(server(zones: 0, counted: CountedZones())).contains(line[...]))
    }

    /// Those that have no number of their own have one series together, and their sums.
    @Test func tenThousandZones() throws {
        var counted = CountedZones()
        counted.add([], unavailable: try (0..<10_000).map { try DomainName("z\($0).test") })
        let lines = lines(server(zones: 10_000, counted: counted))
        #expect(lines.count < 4000)
        #expect(lines.contains("triagedns_zones{state=\"current\"} 10000"))
        #expect(lines.contains("triagedns_records 10000"))
        #expect(lines.count { $0.hasPrefix("triagedns_zone_serial{") } == CountedZones.limit)
        #expect(
            lines.contains("triagedns_zone_responses_total{rcode=\"NXDOMAIN\",transport=\"udp\",zone=\"other\"} 5"))
        #expect(
            lines.contains("triagedns_zone_responses_total{rcode=\"other\",transport=\"tcp\",zone=\"z99.test.\"} 5"))
        #expect(!lines.contains { $0.contains("z100.test.") })
    }

    @Test func responseCodes() {
        #expect(
            [0, 3, 10, 16, 23, 12].map(responseCodeName) == [
                "NOERROR", "NXDOMAIN", "NOTZONE", "BADVERS", "BADCOOKIE", "12",
            ])
    }

    @Test func histogramsAreCumulative() {
        var histogram = DurationHistogram(bounds: [0.5, 1])
        for milliseconds in [100, 700, 800, 2500] { histogram.add(.milliseconds(milliseconds)) }
        var text = MetricsText()
        text.family("x_seconds", "What.", [([("check", "a")], histogram)])
        #expect(
            text.text == """
                # HELP x_seconds What.
                # TYPE x_seconds histogram
                x_seconds_bucket{check="a",le="0.5"} 1
                x_seconds_bucket{check="a",le="1"} 3
                x_seconds_bucket{check="a",le="+Inf"} 4
                x_seconds_sum{check="a"} 4.1
                x_seconds_count{check="a"} 4

                """)
    }

    @Test func ordersThatAreInForce() {
        let now = Timestamp(milliseconds: 1_800_000_000_000)
        let note = OrderNote(at: now + .seconds(-60))
        var drained = TargetOrders(TargetKey(pool: "pacs", target: "a"))
        drained.state = StateOrder(override: .drained, note: note)
        drained.weight = WeightOrder(weight: 7, note: note)
        var planned = TargetOrders(TargetKey(pool: "pacs", target: "b"))
        planned.maintenance = [
            MaintenanceWindow(id: 1, from: now + .seconds(-5), until: now + .seconds(5), note: note),
            MaintenanceWindow(id: 2, from: now + .seconds(50), until: now + .seconds(60), note: note),
        ]
        var text = MetricsText()
        text.orders([drained, planned], at: now)
        let samples = text.text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(
            samples == [
                "triagedns_orders{order=\"drained\"} 1", "triagedns_orders{order=\"forced_up\"} 0",
                "triagedns_orders{order=\"forced_down\"} 0", "triagedns_orders{order=\"maintenance\"} 1",
                "triagedns_orders{order=\"weight\"} 1",
                "triagedns_order_timestamp_seconds{pool=\"pacs\",target=\"a\",order=\"drained\"} 1799999940",
                "triagedns_order_timestamp_seconds{pool=\"pacs\",target=\"a\",order=\"weight\"} 1799999940",
                "triagedns_order_timestamp_seconds{pool=\"pacs\",target=\"b\",order=\"maintenance\"} 1799999995",
            ])
    }
}
