// Runs probes: one connection each, on SwiftNIO, with everything about it decided in `ProbeHandler`.

public import Checks
public import DNSCore
public import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

/// Probes targets. Keeps no connection and no result; shares TLS contexts between probes.
public struct Prober: Sendable {
    private(set) var group: any EventLoopGroup
    let resolver = HostResolver()
    private let setups = TLSSetups()

    public init(group: any EventLoopGroup) {
        self.group = group
    }

    /// The same, with all its connections on one event loop.
    func on(_ loop: any EventLoop) -> Prober {
        var prober = self
        prober.group = loop
        return prober
    }

    /// Reads authority files again from now on.
    func forgetAuthorities() { setups.forget() }

    /// Probes one address once. Ends within the sum of the check's timeouts; at once if the task is cancelled.
    public func probe(_ check: CheckDefinition, address: IPAddress) async throws(ProbeNotRun) -> Verdict {
        try await probe(check, address: address, hostName: nil)
    }

    /// `hostName`, of a target that is given by name, stands in where the check names no server.
    func probe(_ check: CheckDefinition, address: IPAddress, hostName: String?) async throws(ProbeNotRun) -> Verdict {
        let loop = group.next()
        let target = ProbeTarget(address: address, port: check.port, hostName: hostName)
        switch check.kind {
        case .tcp:
            return try await run(check, target, nil, on: loop) { NoExchange(layer: .tcp) }
        case .tls(let tls):
            return try await run(check, target, tls, on: loop) { NoExchange(layer: .tls) }
        case .http(let options):
            let exchange = target.exchange(options, tls: nil, timeout: check.timeouts.http)
            return try await run(check, target, nil, on: loop, codec: target.addHTTPCodec) { exchange }
        case .https(let options, let tls):
            let exchange = target.exchange(options, tls: tls, timeout: check.timeouts.http)
            return try await run(check, target, tls, on: loop, codec: target.addHTTPCodec) { exchange }
        case .dicom(let options, let tls):
            return try await run(check, target, tls, on: loop) {
                DICOMExchange(options: options, timeout: check.timeouts.dicom)
            }
        }
    }

    private func run<Dialogue: Exchange & ~Copyable>(
        _ check: CheckDefinition, _ target: ProbeTarget, _ tls: TLSOptions?, on loop: any EventLoop,
        codec: @escaping @Sendable (any Channel) throws -> Void = { _ in },
        exchange: @escaping @Sendable () -> Dialogue
    ) async throws(ProbeNotRun) -> Verdict {
        let security: (options: TLSOptions, setup: TLSSetup)?
        do throws(TLSSetupError) {
            security = try tls.map { options throws(TLSSetupError) in
                (options.naming(target.hostName), try setups.setup(for: options))
            }
        } catch {
            return Verdict(outcome: .failed(.tls, error.text), layers: [], latency: .zero)
        }
        let running = RunningProbe<Dialogue>(loop: loop)
        let verdict = loop.flatSubmit {
            let problem = CertificateProblem()
            let plan = ProbePlan(
                timeouts: check.timeouts, usesTLS: security != nil, acknowledgesQuickly: check.isPlainDICOM,
                certificateProblem: { problem.text.withLock { $0 } })
            return running.start(plan, exchange(), to: target) { channel in
                if let (options, setup) = security {
                    try channel.pipeline.syncOperations.addHandler(
                        setup.handler(options: options, address: "\(target.address)", problem: problem))
                }
                try codec(channel)
            }
        }
        let result: Result<Verdict, ProbeNotRun> = await withTaskCancellationHandler {
            do {
                return .success(try await verdict.get())
            } catch let problem as ProbeNotRun {
                return .failure(problem)
            } catch {
                return .success(Verdict(outcome: .failed(.tcp, ErrorText.of(error)), layers: [], latency: .zero))
            }
        } onCancel: {
            running.cancel()
        }
        return try result.get()
    }
}

/// Where a probe goes.
struct ProbeTarget: Sendable {
    var address: IPAddress
    var port: UInt16
    var hostName: String?

    func exchange(_ options: HTTPOptions, tls: TLSOptions?, timeout: Duration) -> HTTPExchange {
        let host = options.hostHeader(
            serverName: tls?.serverName ?? hostName, address: address, port: port, defaultPort: tls == nil ? 80 : 443)
        return HTTPExchange(options: options, host: host, timeout: timeout)
    }

    @Sendable func addHTTPCodec(to channel: any Channel) throws {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = HTTPExchange.headerLimit
        limits.maxHeaderListSize = HTTPExchange.headerLimit
        let decoder = HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: limits)
        try channel.pipeline.syncOperations.addHandlers([HTTPRequestEncoder(), ByteToMessageHandler(decoder)])
    }
}

extension TLSOptions {
    /// With `name` for the server if the check has none.
    func naming(_ name: String?) -> TLSOptions {
        var named = self
        named.serverName = serverName ?? name
        return named
    }
}

extension CheckDefinition {
    var isPlainDICOM: Bool { if case .dicom(_, nil) = kind { true } else { false } }
}

/// One probe under way. Its handler lives on the event loop; `cancel` may come from anywhere, even before the start.
private final class RunningProbe<Dialogue: Exchange & ~Copyable>: Sendable {
    private let loop: any EventLoop
    private let handler: NIOLoopBoundBox<ProbeHandler<Dialogue>?>

    init(loop: any EventLoop) {
        self.loop = loop
        handler = .makeEmptyBox(eventLoop: loop)
    }

    /// On the event loop only.
    func start(
        _ plan: ProbePlan, _ exchange: consuming Dialogue, to target: ProbeTarget,
        prepare: @escaping (any Channel) throws -> Void
    ) -> EventLoopFuture<Verdict> {
        let promise = loop.makePromise(of: Verdict.self)
        let probe = ProbeHandler(plan: plan, exchange: exchange, promise: promise)
        handler.value = probe
        let parts = NIOLoopBound((probe, prepare), eventLoop: loop)
        do {
            let destination = try SocketAddress(
                packedIPAddress: ByteBuffer(bytes: target.address.octets), port: Int(target.port))
            ClientBootstrap(group: loop)
                .connectTimeout(TimeAmount(plan.timeouts.tcp))
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let (probe, prepare) = parts.value
                        try prepare(channel)
                        try channel.pipeline.syncOperations.addHandler(probe)
                    }
                }
                .connect(to: destination)
                .whenFailure { parts.value.0.connectFailed($0) }
        } catch {
            probe.connectFailed(error)
        }
        return promise.futureResult
    }

    func cancel() {
        loop.execute { self.handler.value?.cancel() }
    }
}
