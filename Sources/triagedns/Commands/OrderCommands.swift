// What operators order: one command for each verb. `OrderOptions` has what they share.

import ArgumentParser
import HealthChecks

struct UndrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undrain", abstract: "Let a drained target have new answers again.",
        discussion: OrderOptions.exitCodes)

    @OptionGroup var options: OrderOptions

    func run() async throws { try await options.order("undrain") }
}

struct ForceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "force", abstract: "Say that a target is up or down, whatever its checks say.",
        discussion: """
            A target that is forced down is not answered with, as if it were drained; `off` lets its checks count again. \
            \(OrderOptions.exitCodes)
            """)

    enum State: String, ExpressibleByArgument, CaseIterable { case up, down, off }

    @OptionGroup var options: OrderOptions

    @Argument(help: "up, down or off.")
    var state: State

    func run() async throws { try await options.order("force", ["state": .text(state.rawValue)]) }
}

struct WeightCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weight", abstract: "Give a target another weight than that of triagedns.yaml.",
        discussion: """
            Of targets in service, those of weight 0 have no new answers; they are not drained, and count as in service. \
            \(OrderOptions.exitCodes)
            """)

    @OptionGroup var options: OrderOptions

    @Argument(help: "0 to 1000000, or `file` for what triagedns.yaml says.")
    var weight: String

    func run() async throws {
        guard weight != "file" else { return try await options.order("weight", ["weight": .null]) }
        guard let number = Int(weight) else {
            throw ValidationError("the weight must be a number from 0 to 1000000, or `file`")
        }
        try await options.order("weight", ["weight": .number(number)])
    }
}

struct MaintenanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "maintenance", abstract: "Take a target out of service for a time, now or later.",
        discussion: """
            The window ends by itself. Times are written 2026-01-31T22:00:00Z or with an offset such as +01:00; durations \
            30min or 2h. \(OrderOptions.exitCodes)
            """)

    @OptionGroup var options: OrderOptions

    @Option(help: "When it begins; a duration: from now. Now if it is left out.")
    var from: String?

    @Option(help: "When it ends; a duration: from its beginning.")
    var until: String?

    @Option(help: ArgumentHelp("End this window, or call it off.", valueName: "window"))
    var end: Int?

    func validate() throws {
        guard (until == nil) != (end == nil) else { throw ValidationError("write --until TIME, or --end WINDOW") }
        guard end == nil || from == nil else { throw ValidationError("--from has no meaning beside --end") }
    }

    func run() async throws {
        if let end { return try await options.order("maintenance/\(end)/end") }
        try await options.order(
            "maintenance", ["from": from.map { .text($0) }, "until": until.map { .text($0) }].compactMapValues { $0 })
    }
}

struct ClearCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clear", abstract: "Take back all that was ordered for a target.",
        discussion: """
            Drain, force, weight and maintenance, also those of a target that is not in triagedns.yaml any more. \
            \(OrderOptions.exitCodes)
            """)

    @OptionGroup var options: OrderOptions

    func run() async throws { try await options.order("clear") }
}

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Let a target serve again that has come back, and that `failback` keeps out.",
        discussion: OrderOptions.exitCodes)

    @OptionGroup var options: OrderOptions

    func run() async throws { try await options.order("restore") }
}
