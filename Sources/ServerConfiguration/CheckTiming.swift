// When a check of triagedns.yaml runs, and how long it may take.

internal import Checks

/// C-ECHO costs Orthanc an association, so it runs less often than the others.
let dicomSchedule = Schedule(interval: .seconds(30), recheckInterval: .seconds(5))

func readSchedule(_ fields: [String: Value], _ type: String) -> Schedule {
    var schedule = type == "dicom" ? dicomSchedule : Schedule()
    let minimum: Duration = .milliseconds(100)
    schedule.interval = fields["interval"]?.duration(minimum: minimum) ?? schedule.interval
    if let recheck = fields["recheck"] {
        schedule.recheckInterval = recheck.duration(minimum: minimum) ?? schedule.recheckInterval
        if schedule.recheckInterval > schedule.interval {
            recheck.fail("recheck must not be longer than interval; write a shorter one")
        }
    } else {
        schedule.recheckInterval = min(schedule.recheckInterval, schedule.interval)
    }
    schedule.fall = fields["fall"]?.integer(in: 1...100) ?? schedule.fall
    schedule.rise = fields["rise"]?.integer(in: 1...100) ?? schedule.rise
    return schedule
}

/// One duration for each layer of the check, or a mapping with one for each.
func readTimeouts(_ fields: [String: Value], _ type: String) -> Timeouts {
    var timeouts = Timeouts()
    guard let value = fields["timeout"] else { return timeouts }
    let minimum: Duration = .milliseconds(10)
    guard value.isMapping else {
        if let duration = value.duration(minimum: minimum) {
            timeouts = Timeouts(all: duration)
        }
        return timeouts
    }
    let layers = value.fields(known: ["tcp", "tls", "http", "dicom", "exec"]) ?? [:]
    timeouts.tcp = layers["tcp"]?.duration(minimum: minimum) ?? timeouts.tcp
    timeouts.tls = layers["tls"]?.duration(minimum: minimum) ?? timeouts.tls
    timeouts.http = layers["http"]?.duration(minimum: minimum) ?? timeouts.http
    timeouts.dicom = layers["dicom"]?.duration(minimum: minimum) ?? timeouts.dicom
    timeouts.exec = layers["exec"]?.duration(minimum: minimum) ?? timeouts.exec
    return timeouts
}
