// A stand-in for one Orthanc behind nginx, for trying things out without either: HTTPS with a certificate made on the
// spot, and a DICOM port that answers C-ECHO.

public import DNSCore
public import Logging
public import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
public import ServiceLifecycle

/// One instance on a loopback address.
public struct StandIn: Service {
    public var address: IPAddress
    /// 0 takes a free port, as for `dicomPort`; `onBound` says which.
    public var httpsPort: UInt16
    public var dicomPort: UInt16
    /// 1 to 16 characters.
    public var aeTitle: String
    /// What `/system` says.
    public var name: String
    /// Whether associations that call another title are rejected.
    public var checksCalledAETitle: Bool
    /// DNS names in the certificate, beside the address.
    public var certificateNames: [String]
    /// Called once both ports accept connections.
    public var onBound: @Sendable (Ports) -> Void

    private let group: any EventLoopGroup
    private let logger: Logger

    /// Where it listens.
    public struct Ports: Sendable, Hashable {
        public var https: UInt16
        public var dicom: UInt16
    }

    /// A connection that is still open after this is closed, as Orthanc does it on its DICOM port.
    static let connectionLimit = TimeAmount.seconds(30)

    public init(
        address: IPAddress, httpsPort: UInt16 = 443, dicomPort: UInt16 = 11112, aeTitle: String = "ORTHANC",
        name: String, checksCalledAETitle: Bool = false, certificateNames: [String] = [],
        group: any EventLoopGroup, logger: Logger, onBound: @escaping @Sendable (Ports) -> Void = { _ in }
    ) {
        self.address = address
        self.httpsPort = httpsPort
        self.dicomPort = dicomPort
        self.aeTitle = aeTitle
        self.name = name
        self.checksCalledAETitle = checksCalledAETitle
        self.certificateNames = certificateNames
        self.onBound = onBound
        self.group = group
        self.logger = logger
    }

    /// Answers until it is cancelled or gracefully shut down. Throws `StandInError` if a port cannot be had.
    public func run() async throws {
        let context = try tlsContext()
        let dicom = try await listen(on: dicomPort) { [aeTitle, checksCalledAETitle] channel in
            try channel.pipeline.syncOperations.addHandler(
                EchoHandler(aeTitle: aeTitle, checksCalledAETitle: checksCalledAETitle))
        }
        let https: any Channel
        do {
            https = try await listen(on: httpsPort) { [aeTitle, name] channel in
                try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                try channel.pipeline.syncOperations.addHandler(OrthancHandler(name: name, aeTitle: aeTitle))
            }
        } catch {
            try? await dicom.close()
            throw error
        }
        let ports = Ports(https: https.boundPort, dicom: dicom.boundPort)
        logger.info("\(name): \(aeTitle) on \(address), https \(ports.https), dicom \(ports.dicom)")
        onBound(ports)
        // Ends by graceful shutdown, or by throwing at cancellation; either is the normal end.
        try? await gracefulShutdown()
        try? await dicom.close()
        try? await https.close()
    }

    private func listen(
        on port: UInt16, prepare: @escaping @Sendable (any Channel) throws -> Void
    ) async throws -> any Channel {
        do {
            let place = try SocketAddress(packedIPAddress: ByteBuffer(bytes: address.octets), port: Int(port))
            return try await ServerBootstrap(group: group)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let limit = channel.eventLoop.scheduleTask(in: Self.connectionLimit) {
                            channel.close(promise: nil)
                        }
                        channel.closeFuture.whenComplete { _ in limit.cancel() }
                        try prepare(channel)
                    }
                }
                .bind(to: place).get()
        } catch {
            throw StandInError(place: "\(address.isV6 ? "[\(address)]" : "\(address)"):\(port)", cause: error)
        }
    }

    private func tlsContext() throws -> NIOSSLContext {
        let own = try SelfSignedCertificate(address: address, names: certificateNames)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(own.certificate)], privateKey: .privateKey(own.privateKey))
        configuration.shutdownTimeout = .seconds(1)
        return try NIOSSLContext(configuration: configuration)
    }
}

/// Why a stand-in cannot start.
public struct StandInError: Error, CustomStringConvertible {
    /// Address and port.
    public var place: String
    public var cause: any Error

    /// `127.0.0.11:11112: address already in use`.
    public var description: String {
        guard let error = cause as? IOError else { return "\(place): \(cause)" }
        return "\(place): \(StandInError.text(of: error.errnoCode))"
    }
}

extension Channel {
    fileprivate var boundPort: UInt16 { UInt16(clamping: localAddress?.port ?? 0) }
}
