// When a check of triagedns.yaml runs, and how long it may take.

internal import Checks

/// C-ECHO costs Orthanc an association, so it runs less often than the others.
let dicomSchedule = Schedule(interval: .seconds(30), recheckInterval: .seconds(5))

func readSchedule(_ fields: Fields, _ type: String) -> Schedule {
    var schedule = type == "dicom" ? dicomSchedule : Schedule()
    schedule.interval = fields["interval"]?.duration() ?? schedule.interval
    if let recheck = fields["recheck"] {
        schedule.recheckInterval = recheck.duration() ?? schedule.recheckInterval
        if schedule.recheckInterval > schedule.interval {
            recheck.fail("recheck must not be longer than interval; write a shorter one")
        }
    } else {
        schedule.recheckInterval = min(schedule.recheckInterval, schedule.interval)
    }
    schedule.fall = fields["fall"]?.integer() ?? schedule.fall
    schedule.rise = fields["rise"]?.integer() ?? schedule.rise
    return schedule
}

/// One duration for each layer of the check, or a mapping with one for each.
func readTimeouts(_ fields: Fields, _ type: String) -> Timeouts {
    var timeouts = Timeouts()
    guard let value = fields["timeout"] else { return timeouts }
    guard value.isMapping else {
        if let duration = value.duration() {
            timeouts = Timeouts(all: duration)
        }
        return timeouts
    }
    guard let layers = value.fields(of: .timeouts) else { return timeouts }
    timeouts.tcp = layers["tcp"]?.duration() ?? timeouts.tcp
    timeouts.tls = layers["tls"]?.duration() ?? timeouts.tls
    timeouts.http = layers["http"]?.duration() ?? timeouts.http
    timeouts.dicom = layers["dicom"]?.duration() ?? timeouts.dicom
    timeouts.exec = layers["exec"]?.duration() ?? timeouts.exec
    return timeouts
}
