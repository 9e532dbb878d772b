public import ArgumentParser
public import DNSCore
import Foundation
import NIOPosix
import StandIn

struct StandInCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stand-in", abstract: "Stand in for one Orthanc instance: DICOM C-ECHO, and HTTPS.",
        discussion: "For demos and tests. Its certificate is made on the spot, and signed by itself.")

    static let defaultHTTPSPort: UInt16 = 8443
    static let defaultDicomPort: UInt16 = 11112

    @Option(help: "The address to listen on.")
    var address: IPAddress = .v4(0x7f00_000b)

    @Option(help: "Port for HTTPS.")
    var httpsPort = Self.defaultHTTPSPort

    @Option(help: "Port for DICOM.")
    var dicomPort = Self.defaultDicomPort

    @Option(help: "Its application entity title.")
    var aet = "ORTHANC"

    @Flag(help: "Reject associations that call another title.")
    var checkCalledAet = false

    @Option(help: "What it calls itself.")
    var name = "stand-in"

    /// For the demo, which holds the other end: it closes however the demo ends, even by SIGKILL.
    @Flag(help: .hidden)
    var untilStdinCloses = false

    func run() async throws {
        if untilStdinCloses {
            Thread.detachNewThread {
                _ = try? FileHandle.standardInput.readToEnd()
                Foundation.exit(0)
            }
        }
        let standIn = StandIn(
            address: address, httpsPort: httpsPort, dicomPort: dicomPort, aeTitle: aet, name: name,
            checksCalledAETitle: checkCalledAet, group: MultiThreadedEventLoopGroup.singleton,
            logger: makeLogger().of("stand-in"))
        do {
            try await runUntilSignal([standIn])
        } catch let error as StandInError {
            throw CommandFailure("\(error)")
        }
    }
}

extension IPAddress: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
