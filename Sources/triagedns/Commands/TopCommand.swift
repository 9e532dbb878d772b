// The pools and the traffic of a running server, as they change.

import ArgumentParser
import DNSCore
import Foundation
import Glibc
import HealthChecks
import Terminal

struct TopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top", abstract: "Watch the pools and the query rate of a running server.",
        discussion: """
            What is wrong stands above what is well. Keys: q or Ctrl-C ends it, Ctrl-Z stops it, Ctrl-L draws anew. Where \
            standard output is no terminal, one picture is printed.

            \(ExitMeaning.list((.done, "done"), (.unreachable, "the server cannot be reached at the start")))
            """)

    @OptionGroup var server: ServerOptions

    @Option(help: ArgumentHelp("How often to look: 1s, if it is left out.", valueName: "duration"))
    var interval: SpokenDuration?

    private var pause: Duration { interval?.duration ?? .seconds(1) }

    func validate() throws {
        if pause < .milliseconds(200) { throw ValidationError("--interval must be 200ms or more") }
    }

    func run() async throws {
        var poller = try await TopPoller(try server.connect())
        guard let screen = TerminalScreen() else {
            // A rate needs two looks.
            try await Task.sleep(for: pause)
            try await poller.look()
            return print(TopFrame(poller.model, width: Self.widthOfFile).lines().text(server.output.palette))
        }
        await watch(poller, on: screen)
    }

    /// Columns of a picture that goes into a file or to another program.
    private static let widthOfFile = 160

    private enum News: Sendable {
        case model(TopModel)
        case key(UInt8)
        case signal(Int32)
    }

    /// Until somebody ends it. The terminal is as before then, whatever ends it.
    private func watch(_ poller: TopPoller, on screen: TerminalScreen) async {
        let (news, continuation) = AsyncStream.makeStream(of: News.self)
        let looks = Task { [pause] in
            var poller = poller
            while true {
                try await Task.sleep(for: pause)
                await poller.lookAgain()
                continuation.yield(.model(poller.model))
            }
        }
        // They are caught before the screen is taken: none may end the program in between.
        let caught = await TerminalScreen.signals()
        let signals = Task {
            for await signal in caught { continuation.yield(.signal(signal)) }
        }
        screen.readKeys { continuation.yield(.key($0)) }
        screen.enter()
        var model = poller.model
        var end: Int32?
        draw(model, on: screen)
        loop: for await event in news {
            switch event {
            case .model(let new): model = new
            case .signal(SIGWINCH): break
            case .signal(let number):
                end = number
                break loop
            case .key(UInt8(ascii: "q")), .key(UInt8(ascii: "Q")), .key(Key.endOfFile): break loop
            case .key(Key.interrupt):
                end = SIGINT
                break loop
            case .key(Key.suspend): screen.suspend()
            case .key(Key.redraw): screen.clear()
            case .key: continue
            }
            draw(model, on: screen)
        }
        looks.cancel()
        signals.cancel()
        screen.leave()
        if let end { endBySignal(end) }
    }

    private func draw(_ model: TopModel, on screen: TerminalScreen) {
        let size = screen.size
        screen.draw(TopFrame(model, width: size.columns).lines(height: size.rows), server.output.palette)
    }

    /// What the keys send that a terminal makes signals of where it is not told otherwise.
    private enum Key {
        static let interrupt: UInt8 = 3
        static let endOfFile: UInt8 = 4
        static let redraw: UInt8 = 12
        static let suspend: UInt8 = 26
    }
}
