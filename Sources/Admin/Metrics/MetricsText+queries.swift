// What was asked and answered.

import DNSCore

extension MetricsText {
    mutating func queries(_ server: ServerMetrics) {
        family(
            "triagedns_responses_total", .counter, "Answers by transport and response code.",
            server.transports.flatMap { transport in
                Self.samples(transport.responses, always: [0, 1, 2, 3, 4, 5]).map {
                    Sample([("rcode", responseCodeName($0)), ("transport", transport.name)], $1)
                }
            })
        zoneResponses(server)
        byTransport(
            "triagedns_truncated_responses_total", "Answers with TC set, rate-limited ones included.", server,
            \.truncated)
        byTransport("triagedns_dropped_messages_total", "Messages that were no queries.", server, \.dropped)
        byTransport("triagedns_denied_queries_total", "Queries from addresses that are not allowed.", server, \.denied)
        family(
            "triagedns_rate_limited_queries_total", .counter, "Queries above the rate limit, by what they got.",
            server.transports.flatMap {
                [
                    Sample([("answer", "none"), ("transport", $0.name)], $0.limited),
                    Sample([("answer", "truncated"), ("transport", $0.name)], $0.slipped),
                ]
            })
        family(
            "triagedns_query_cookies_total", .counter, "Queries by what their DNS cookie was worth.",
            server.transports.flatMap { transport in
                CookieStanding.allCases.map {
                    Sample([("cookie", $0.label), ("transport", transport.name)], transport.cookies[$0] ?? 0)
                }
            })
        connections(server.tcpConnections)
        if let log = server.queryLog {
            family(
                "triagedns_query_log_messages_total", .counter, "Messages of the query log, by what became of them.",
                [Sample([("result", "written")], log.written), Sample([("result", "dropped")], log.dropped)])
        }
    }

    private mutating func byTransport(
        _ name: String, _ help: String, _ server: ServerMetrics, _ value: KeyPath<ServerMetrics.Transport, UInt64>
    ) {
        family(
            name, .counter, help,
            server.transports.map { Sample([("transport", $0.name)], $0[keyPath: value]) })
    }

    /// By zone: those with a number of their own, all others together, and what is in no zone of ours.
    private mutating func zoneResponses(_ server: ServerMetrics) {
        let zones =
            [("none", CountedZones.none), ("other", CountedZones.others)]
            + server.countedZones.apexes.map { ("\($0)", server.countedZones.number(of: $0)) }
        family(
            "triagedns_zone_responses_total", .counter, "Answers by zone of the question, transport and response code.",
            zones.flatMap { zone, number in
                server.transports.flatMap { transport -> [Sample] in
                    guard transport.zoneResponses.indices.contains(Int(number)) else { return [] }
                    let counts = transport.zoneResponses[Int(number)]
                    let always = zone == "none" ? [5] : zone == "other" ? [] : [0, 2, 3]
                    return Self.samples(counts, always: always).map { code, count in
                        let name = code == counts.count - 1 ? "other" : responseCodeName(code)
                        return Sample([("rcode", name), ("transport", transport.name), ("zone", zone)], count)
                    }
                }
            })
    }

    /// The counts that are not 0, and those that are always shown: an increase from nothing would be missed.
    private static func samples(_ counts: [UInt64], always: [Int]) -> [(Int, UInt64)] {
        counts.enumerated().filter { $1 > 0 || always.contains($0) }.map { ($0, $1) }
    }

    private mutating func connections(_ connections: ServerMetrics.Connections) {
        family("triagedns_tcp_connections", .gauge, "Open TCP connections.", Double(connections.open))
        family(
            "triagedns_tcp_connections_limit", .gauge,
            "The most TCP connections; for one more, the idlest is closed.", Double(connections.limit))
        family(
            "triagedns_tcp_connections_accepted_total", .counter, "TCP connections that clients have opened.",
            Double(connections.accepted))
        family(
            "triagedns_tcp_connections_closed_total", .counter,
            "TCP connections that the server has closed, by reason.",
            connections.closed.map { Sample([("reason", $0.reason)], $0.count) })
    }
}

/// `NXDOMAIN` and the like; the number where we never answer so.
func responseCodeName(_ code: Int) -> String {
    let names = [
        "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH",
        "NOTZONE",
    ]
    if names.indices.contains(code) { return names[code] }
    return code == 16 ? "BADVERS" : code == 23 ? "BADCOOKIE" : "\(code)"
}

extension CookieStanding {
    fileprivate var label: String {
        switch self {
        case .absent: "absent"
        case .clientOnly: "client_only"
        case .invalid: "invalid"
        case .valid: "valid"
        }
    }
}
