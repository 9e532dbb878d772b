// Pools for pictures, made of what the API says of them.

import Admin
import Foundation
import HealthChecks
import Terminal

/// The moment of all pictures.
let now = Timestamp("2026-01-02T03:04:05Z") ?? .now

/// A target with one address and one check, for a minute in its state.
func target(_ name: String, _ state: String = "up", error: String? = nil, more: [String: Any] = [:]) -> [String: Any] {
    var check: [String: Any] = [
        "name": "web", "type": "https", "port": 443, "role": "required", "state": state,
        "outcome": state == "up" ? "passed" : "failed", "latency_ms": 12.34, "layers": [Any](),
        "consecutive_passes": 1, "consecutive_failures": 0,
    ]
    if state != "up" {
        check["layer"] = "http"
        check["error"] = error ?? "HTTP status 502"
    }
    let address: [String: Any] = [
        "address": "192.0.2.\(name.unicodeScalars.reduce(0) { ($0 * 31 + Int($1.value)) % 250 })", "state": state,
        "reason": "so", "since": "2026-01-02T03:03:05Z", "is_frozen": false, "is_stale": false, "is_changing": false,
        "in_service": state == "up", "checks": [check],
    ]
    let target: [String: Any] = [
        "name": name, "state": state, "since": "2026-01-02T03:03:05Z", "weight": 1, "tier": 0,
        "in_service": state == "up", "addresses": [address],
    ]
    return target.merging(more) { $1 }
}

func pool(_ name: String, _ targets: [[String: Any]], mode: String = "normal") -> [String: Any] {
    [
        "name": name, "policy": "weighted", "fail_open": mode == "fail_open",
        "answers": ["mode": mode, "members": ["192.0.2.1"]], "targets": targets,
    ]
}

/// Throws only if the test itself is wrong.
func model(_ pools: [[String: Any]], prober: [String: Any] = ["state": "connected"]) throws -> TopModel {
    let body: [String: Any] = ["pools": pools, "prober": prober.merging(["references": [Any]()]) { $1 }]
    let report = try JSONDecoder().decode(PoolsReport.self, from: JSONSerialization.data(withJSONObject: body))
    return TopModel(server: "http://127.0.0.1:8053", report: report, now: now)
}

func event(_ number: Int, from: String = "up", to: String = "down", reason: String = "tcp: refused") throws
    -> HealthEvent
{
    let body: [String: Any] = [
        "sequence": number, "time": "2026-01-02T03:0\(number % 10):00.000Z", "kind": "transition", "pool": "pacs",
        "target": "a", "address": "192.0.2.11", "from": from, "to": to, "reason": reason,
    ]
    return try JSONDecoder().decode(HealthEvent.self, from: JSONSerialization.data(withJSONObject: body))
}
