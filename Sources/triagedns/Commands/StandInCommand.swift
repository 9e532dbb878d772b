public import ArgumentParser
public import DNSCore
import NIOPosix
import StandIn

struct StandInCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stand-in", abstract: "Stand in for one Orthanc instance: DICOM C-ECHO, and HTTPS.",
        discussion: "For demos and tests. Its certificate is made on the spot, and signed by itself.")

    static let defaultDicomPort: UInt16 = 11112

    @Option(help: "The address to listen on.")
    var address: IPAddress = .v4(0x7f00_000b)

    @Option(help: "Port for HTTPS.")
    var httpsPort: UInt16 = 8443

    @Option(help: "Port for DICOM.")
    var dicomPort = Self.defaultDicomPort

    @Option(help: "Its application entity title.")
    var aet = "ORTHANC"

    @Flag(help: "Reject associations that call another title.")
    var checkCalledAet = false

    @Option(help: "What it calls itself.")
    var name = "stand-in"

    func run() async throws {
        let standIn = StandIn(
            address: address, httpsPort: httpsPort, dicomPort: dicomPort, aeTitle: aet, name: name,
            checksCalledAETitle: checkCalledAet, group: MultiThreadedEventLoopGroup.singleton,
            logger: makeLogger("stand-in"))
        do {
            try await runUntilSignal([standIn])
        } catch let error as StandInError {
            complain("error: \(error)")
            throw ExitCode.failure
        }
    }
}

extension IPAddress: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
