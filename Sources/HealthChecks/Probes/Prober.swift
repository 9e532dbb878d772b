// Runs probes: one connection or program each, with everything about a connection decided in `ProbeHandler`.

public import Checks
public import DNSCore
public import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Resolving

/// Probes targets. Keeps no connection and no result; shares TLS contexts between probes.
public struct Prober: Sendable {
    private(set) var group: any EventLoopGroup
    let resolver = StubResolver()
    private let setups = TLSSetups()
    private let programs = ProbeSlots(Prober.mostPrograms)
    /// Held by each connection until it is closed, which may be after its verdict.
    private var lease: ProbeLease?

    /// How many programs may run at a time; others wait their turn, and that time does not count as theirs.
    public static let mostPrograms = 16

    public init(group: any EventLoopGroup) {
        self.group = group
    }

    /// The same, with all its connections on one event loop.
    func on(_ loop: any EventLoop, holding lease: ProbeLease) -> Prober {
        var prober = self
        prober.group = loop
        prober.lease = lease
        return prober
    }

    /// Reads files of certificates again from now on.
    func forgetAuthorities() { setups.forget() }

    /// Probes one address once. Ends within the sum of the check's timeouts; at once if the task is cancelled.
    public func probe(_ check: CheckDefinition, address: IPAddress) async throws(ProbeNotRun) -> Verdict {
        try await probe(check, address: address, hostName: nil)
    }

    /// `hostName`, of a target that is given by name, stands in where the check names no server.
    func probe(_ check: CheckDefinition, address: IPAddress, hostName: String?) async throws(ProbeNotRun) -> Verdict {
        let target = ProbeTarget(check, address: address, hostName: hostName)
        if case .exec(let options) = check.kind {
            guard await programs.acquire() else { throw ProbeNotRun("the probe was cancelled") }
            defer { programs.release() }
            let program = ProgramProbe(options: options, timeout: check.timeouts.exec, facts: target.facts)
            return try await program.run().reserved(certificate: nil, slowThreshold: check.slowThreshold)
        }
        let certificate = CertificateVerdict()
        let security = try Security(check.tls, setups, certificate)
        let loop = group.next()
        var verdict: Verdict
        switch check.kind {
        case .exec, .tcp, .resolve:
            verdict = try await run(check, target, nil, on: loop) { NoExchange(layer: .tcp) }
        case .tls:
            verdict = try await run(check, target, security, on: loop) { NoExchange(layer: .tls) }
        case .http(let options), .https(let options, _):
            let exchange = try target.exchange(options, tls: security?.options, timeout: check.timeouts.http)
            let answered = try await run(check, target, security, on: loop, codec: target.addHTTPCodec) { exchange }
            verdict = try await answered.matched(by: options, exchange.collected, check.timeouts.http, on: loop)
        case .dicom(let options, _):
            verdict = try await run(check, target, security, on: loop) {
                DICOMExchange(options: options, timeout: check.timeouts.dicom)
            }
        }
        verdict.certificateExpiry = certificate.expiry
        return verdict.reserved(certificate: certificate.concern, slowThreshold: check.slowThreshold)
    }

    private func run<Dialogue: Exchange & ~Copyable>(
        _ check: CheckDefinition, _ target: ProbeTarget, _ security: Security?, on loop: any EventLoop,
        codec: @escaping @Sendable (any Channel) throws -> Void = { _ in },
        exchange: @escaping @Sendable () -> Dialogue
    ) async throws(ProbeNotRun) -> Verdict {
        let running = RunningProbe<Dialogue>(loop: loop)
        let verdict = loop.flatSubmit { [lease] in
            let plan = ProbePlan(
                timeouts: check.timeouts, usesTLS: security != nil, acknowledgesQuickly: check.isPlainDICOM,
                certificate: security?.certificate, lease: lease)
            return running.start(plan, exchange(), to: target) { channel in
                if let security {
                    try channel.pipeline.syncOperations.addHandler(
                        security.setup.handler(security.options, for: target, judgement: security.certificate))
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

/// What a probe speaks TLS with.
private struct Security: Sendable {
    let options: TLSOptions
    let setup: TLSSetup
    let certificate: CertificateVerdict

    init?(_ options: TLSOptions?, _ setups: TLSSetups, _ certificate: CertificateVerdict) throws(ProbeNotRun) {
        guard let options else { return nil }
        self.options = options
        setup = try setups.setup(for: options)
        self.certificate = certificate
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
