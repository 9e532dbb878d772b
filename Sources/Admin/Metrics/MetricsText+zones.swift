// What is served, and from when it is.

extension MetricsText {
    mutating func zones(_ server: ServerMetrics) {
        let sums = server.zoneSums
        family(
            "triagedns_zones", .gauge, "Zones by how they stand to their files.",
            [
                Sample([("state", "current")], sums.current), Sample([("state", "stale")], sums.stale),
                Sample([("state", "failed")], sums.failed),
            ])
        family("triagedns_records", .gauge, "Records of all zones that are served.", Double(sums.records))
        family(
            "triagedns_zone_file_warnings", .gauge, "Warnings about all zone files, when they were last read.",
            Double(sums.warnings))
        let zones = server.zonesWithMetrics
        let served = zones.filter { $0.serial != nil }
        family(
            "triagedns_zone_serial", .gauge, "Serial of the zone.",
            served.map { Sample([("zone", $0.name)], $0.serial ?? 0) })
        family(
            "triagedns_zone_records", .gauge, "Records of the zone.",
            served.map { Sample([("zone", $0.name)], $0.records) })
        family(
            "triagedns_zone_loaded_timestamp_seconds", .gauge, "When the data that is served was read.",
            served.map { Sample([("zone", $0.name)], $0.loaded) })
        family(
            "triagedns_zone_has_errors", .gauge,
            "Whether the zone's file has errors, so that it is not what is served.",
            zones.map { Sample([("zone", $0.name)], $0.hasErrors) })
        family(
            "triagedns_zone_warnings", .gauge, "Warnings about the zone's file, when it was last read.",
            zones.map { Sample([("zone", $0.name)], $0.warnings) })
    }

    mutating func reloads(_ reloads: ServerMetrics.Reloads) {
        family(
            "triagedns_reloads_total", .counter, "Reloads by result.",
            ReloadReport.Result.allCases.map { Sample([("result", $0.rawValue)], reloads.counts[$0] ?? 0) })
        family(
            "triagedns_last_reload_timestamp_seconds", .gauge,
            "When the directory was last read, at a start or reload.", reloads.lastTime)
        family(
            "triagedns_last_reload_success", .gauge, "Whether everything was loaded then.",
            [Sample([], reloads.lastWasLoaded)])
        family(
            "triagedns_last_successful_reload_timestamp_seconds", .gauge,
            "When everything was last loaded, at a start or reload; 0 for never.", reloads.lastSuccess ?? 0)
        family(
            "triagedns_last_reload_duration_seconds", .gauge, "How long the last reload took; 0 before the first.",
            reloads.lastDuration ?? 0)
    }
}
