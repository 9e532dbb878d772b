import ArgumentParser
import HealthChecks

struct DrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain", abstract: "Give no new answers with a target, so that it can be stopped.",
        discussion: OrderOptions.exitCodes)

    @OptionGroup var options: OrderOptions

    func run() async throws { try await options.order("drain") }
}
