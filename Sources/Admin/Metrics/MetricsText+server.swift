// The server as a program, and what belongs to no other part.

import HealthChecks

extension MetricsText {
    mutating func server(_ server: ServerMetrics, isReady: Bool, _ requests: [Int: UInt64]) {
        family(
            "triagedns_build_info", .gauge, "The version that runs, and what this server calls itself.",
            [Sample([("version", server.version), ("identity", server.identity)], 1)])
        family(
            "triagedns_ready", .gauge, "Whether the first probe round is over, and queries are answered.",
            [Sample([], isReady)])
        family(
            "triagedns_admin_requests_total", .counter, "Requests to the admin endpoint by HTTP status.",
            requests.sorted { $0.key < $1.key }.map { Sample([("code", "\($0)")], $1) })
    }

    mutating func process(_ process: ProcessFigures, startTime: Double) {
        family("process_start_time_seconds", .gauge, "When the server started, since 1970.", startTime)
        if let time = process.cpuSeconds {
            family(
                "process_cpu_seconds_total", .counter, "Time that all threads have spent on a processor.", time)
        }
        if let memory = process.residentSize {
            family(
                "process_resident_memory_bytes", .gauge, "Memory that is in RAM, shared pages included.",
                Double(memory))
        }
        if let open = process.descriptors {
            family("process_open_fds", .gauge, "Open files and sockets.", Double(open))
        }
        if let limit = process.mostDescriptors {
            family("process_max_fds", .gauge, "The most files and sockets that may be open.", Double(limit))
        }
    }

    mutating func store(_ state: StateStatus) {
        family(
            "triagedns_state_store_up", .gauge, "Whether what happens now survives a restart.",
            [Sample([], state.isWorking)])
        family(
            "triagedns_state_store_errors_total", .counter, "How often something could not be saved or read.",
            Double(state.errors))
    }

    mutating func notifications(_ channels: [ServerMetrics.Notifications]) {
        family(
            "triagedns_notifications_total", .counter, "Messages by channel and what became of them.",
            channels.flatMap {
                [
                    Sample([("channel", $0.channel), ("result", "delivered")], $0.delivered),
                    Sample([("channel", $0.channel), ("result", "failed")], $0.failed),
                ]
            })
        family(
            "triagedns_notification_retries_total", .counter, "Attempts that were made again.",
            channels.map { Sample([("channel", $0.channel)], $0.retries) })
        family(
            "triagedns_notification_missed_events_total", .counter, "Events that were gone before they were sent.",
            channels.map { Sample([("channel", $0.channel)], $0.missedEvents) })
    }
}
