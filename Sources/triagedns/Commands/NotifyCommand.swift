import ArgumentParser
import Notifications
import ServerConfiguration
import Terminal

struct NotifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notify", abstract: "Try the channels that tell people what has happened.",
        subcommands: [Test.self])

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send a test message on the channels of a directory's triagedns.yaml, from here and once.",
            discussion: """
                No server needs to run. The message has the type triagedns.test and no events.

                \(ExitMeaning.list(
                    (.done, "all were delivered"), (.failed, "one was not, or there is no such channel")))
                """)

        @Argument(help: "Directory with triagedns.yaml.", completion: .directory)
        var directory: String

        @Argument(help: "Channels of the section notify (default: all of them).", completion: Completion.channels)
        var names: [String] = []

        func run() async throws {
            let (read, findings) = readConfiguration(directory: directory)
            guard let configuration = read else { throw TriageDNS.report(findings) }
            var isDelivered = true
            for channel in try chosen(configuration.notify) {
                let start = ContinuousClock.now
                let result = await channel.sendTest(node: configuration.server.nodeName)
                let milliseconds = Int(((ContinuousClock.now - start) / .milliseconds(1)).rounded())
                print(
                    "\(channel.name): \(result.isDelivered ? "delivered" : "not delivered"): \(result.text.printable) "
                        + "(\(milliseconds) ms)")
                isDelivered = isDelivered && result.isDelivered
            }
            if !isDelivered { throw ExitMeaning.failed.code }
        }

        private func chosen(_ channels: [NotificationChannel]) throws -> [NotificationChannel] {
            guard !channels.isEmpty else {
                throw CommandFailure(
                    "\(configurationPath(in: directory)) has no section notify; add a channel to it")
            }
            guard !names.isEmpty else { return channels }
            return try names.map { name in
                if let channel = channels.first(where: { $0.name == name }) { return channel }
                let known = channels.map(\.name).joined(separator: ", ")
                throw CommandFailure("there is no channel \(name); there are \(known)")
            }
        }
    }
}
