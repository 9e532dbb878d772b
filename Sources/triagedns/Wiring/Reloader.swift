// Reads the directory again and changes over to what it says: zones, pools and health in one step.

import Admin
import DNSCore
import Foundation
import HealthChecks
import Logging
import Notifications
import ServerConfiguration
import Synchronization

/// What is served, and the one way to replace it. Reloads run one after the other; who asks while one runs gets the
/// result of the next, as the files may have changed since.
actor Reloader {
    /// What is served at this moment, for readers anywhere.
    struct Current: Sendable {
        var project: Project
        var settings: ServerSettings
        var reloads: ServerMetrics.Reloads
        var countedZones: CountedZones
    }

    nonisolated let current: Mutex<Current>
    private let overrides: ServeOverrides
    /// What the sockets and threads were made with.
    nonisolated let started: ServerSettings
    private let state: Published<ServingState>
    private let monitor: HealthMonitor
    private let notifier: Notifier
    private let logger: Logger
    private let retired = RetiredImages()
    /// Called when the new state is answered from.
    private var onChange: @Sendable () -> Void = {}
    private var running: Task<ReloadReport, Never>?
    private var waiting: Task<ReloadReport, Never>?

    init(
        _ project: Project, _ overrides: ServeOverrides, _ countedZones: CountedZones,
        _ state: Published<ServingState>, _ monitor: HealthMonitor, _ notifier: Notifier, _ logger: Logger
    ) {
        let settings = overrides.apply(to: project.configuration.server)
        current = Mutex(
            Current(
                project: project, settings: settings,
                reloads: .init(lastTime: Date().timeIntervalSince1970, lastWasLoaded: !project.hasErrors),
                countedZones: countedZones))
        self.overrides = overrides
        started = settings
        self.state = state
        self.monitor = monitor
        self.notifier = notifier
        self.logger = logger
    }

    func setOnChange(_ body: @escaping @Sendable () -> Void) { onChange = body }

    /// Reloads, and returns when what the files say now is answered from.
    /// - Parameter reason: who asks, for the log.
    func reload(_ reason: String) async -> ReloadReport {
        if let waiting { return await waiting.value }
        let before = running
        let task = Task {
            _ = await before?.value
            waiting = nil
            return await perform(reason)
        }
        running = task
        if before != nil { waiting = task }
        let report = await task.value
        if running == task { running = nil }
        return report
    }

    private func perform(_ reason: String) async -> ReloadReport {
        let begin = (clock: ContinuousClock.now, time: Date())
        let former = current.withLock { $0.project }
        let read = await BackgroundThread.run { () -> Result<ProjectChange, ProjectError> in
            Result { () throws(ProjectError) in
                ProjectChange(
                    from: former, to: try Project.read(former.directory, isStrict: former.isStrict, after: former))
            }
        }
        var report: ReloadReport
        switch read {
        case .success(let change):
            report = await apply(change)
        case .failure(let error):
            report = ReloadReport(findings: error.findings)
        }
        report.started = begin.time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        report.duration = ((ContinuousClock.now - begin.clock) / .microseconds(1)).rounded() / 1000
        current.withLock { [report] current in
            current.reloads.add(
                report.result, at: begin.time.timeIntervalSince1970, duration: report.duration / 1000)
        }
        report.log(reason, to: logger)
        return report
    }

    /// Changes over. Nothing can go wrong from here on.
    private func apply(_ change: ProjectChange) async -> ReloadReport {
        let project = change.project
        let settings = overrides.apply(to: project.configuration.server)
        let old = state.current.image
        let monitored = project.monitored
        var answered = settings
        // What EDNS keepalive says is what holds.
        answered.tcpIdleTimeout = started.tcpIdleTimeout
        var countedZones = current.withLock { $0.countedZones }
        countedZones.add(project.servedZones, unavailable: project.unavailable)
        let image = ImageBox(ServingImage(project, answered, countedZones))
        await monitor.change(
            to: monitored, prober: ProberRules(project.configuration.prober), hosts: HostRules(settings, project),
            maximumProbes: HealthMonitor.maximumProbes(of: monitored, descriptorLimit: DescriptorLimit.raise())
        ) { [self, countedZones] pools in
            state.publish(ServingState(image: image, pools))
            self.current.withLock { current in
                current.project = project
                current.settings = settings
                current.countedZones = countedZones
            }
        }
        notifier.change(to: project.configuration.notify, node: settings.nodeName)
        onChange()
        retired.add(old)
        let findings = project.findings + change.warnings + restartWarnings(project, settings)
        return ReloadReport(
            result: project.hasErrors ? .partial : .loaded, started: "", duration: 0, zones: change.zones,
            pools: change.pools, findings: findings.map { Finding($0) })
    }
}

extension Reloader {
    /// What of `settings` is not in force.
    nonisolated func restartWarnings(_ project: Project, _ settings: ServerSettings) -> [Diagnostic] {
        let keys = settings.keysThatNeedRestart(since: started)
        guard !keys.isEmpty else { return [] }
        return [
            Diagnostic(
                .warning, file: project.configurationFile, line: 0,
                "server: \(keys.joined(separator: ", ")) changed; that takes effect when the server is restarted")
        ]
    }
}

extension ServingImage {
    /// What `project` says, under `settings`.
    init(_ project: Project, _ settings: ServerSettings, _ countedZones: CountedZones) {
        self.init(
            zones: project.servedZones, unavailable: project.unavailable, counted: countedZones,
            poolCount: project.pools.slots.count,
            settings: settings.answers(
                secret: Self.cookieSecret, version: "TriageDNS \(TriageDNS.version)"))
    }

    /// Makes cookies where no file says which; the same for all of this process's images.
    private static let cookieSecret = CookieSecret.random()
}

extension ReloadReport {
    /// Nothing has changed, for these reasons.
    init(findings: [Diagnostic]) {
        self.init(
            result: .refused, started: "", duration: 0, zones: [], pools: [], findings: findings.map { Finding($0) })
    }
}
