// Drives one probe over one connection: TCP, then TLS if the pipeline has it, then the exchange. One clock per layer,
// one verdict, and the socket is closed as soon as it has no more use.

internal import Checks
internal import NIOCore
internal import NIOSSL
internal import NIOTLS

/// Last in the pipeline of a probe. All of it runs on the event loop of the connection.
final class ProbeHandler<Dialogue: Exchange & ~Copyable>: ChannelInboundHandler {
    typealias InboundIn = Dialogue.Inbound
    typealias OutboundOut = Dialogue.Outbound

    private enum Stage { case connecting, handshaking, exchanging, over }

    private var plan: ProbePlan
    private let promise: EventLoopPromise<Verdict>
    private let start = ContinuousClock.now
    private var exchange: Dialogue

    private var stage = Stage.connecting
    private var stageStart = ContinuousClock.now
    private var timings: [LayerTiming] = []
    private var deadline: Scheduled<Void>?
    private var context: ChannelHandlerContext?
    private var hasSocket = false
    private var isDecided = false

    init(plan: ProbePlan, exchange: consuming Dialogue, promise: EventLoopPromise<Verdict>) {
        self.plan = plan
        self.exchange = exchange
        self.promise = promise
    }

    // MARK: Events of the channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        hasSocket = true
        if isDecided { close() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        decide(.failed(layer, "the connection was closed"))
        deadline?.cancel()
        self.context = nil
        plan.lease = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        guard !isDecided else { return close() }
        finishLayer(.tcp)
        if plan.usesTLS {
            stage = .handshaking
            stageStart = .now
            schedule(in: plan.timeouts.tls)
        } else {
            beginExchange()
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if stage == .handshaking, case .handshakeCompleted? = event as? TLSUserEvent {
            finishLayer(.tls, detail: plan.certificate?.summary)
            beginExchange()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard stage == .exchanging else { return }
        acknowledgeQuickly()
        perform(exchange.receive(unwrapInboundIn(data), at: ContinuousClock.now - stageStart))
    }

    func channelInactive(context: ChannelHandlerContext) {
        switch stage {
        case .connecting: decide(.failed(.tcp, "the connection was closed"))
        case .handshaking: decide(.failed(.tls, "closed during the TLS handshake"))
        case .exchanging: perform(exchange.closed())
        case .over: break
        }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch stage {
        case .connecting: connectFailed(error)
        case .handshaking:
            decide(.failed(.tls, plan.certificate?.refusal ?? ErrorText.ofHandshake(error)))
        case .exchanging:
            // A peer that hangs up without a TLS close_notify is a peer that hangs up.
            if case NIOSSLError.uncleanShutdown = error {
                perform(exchange.closed())
            } else if let text = ErrorText.ofClientCertificate(error) {
                // With TLS 1.3 the server looks at our certificate after the handshake is over for us.
                decide(.failed(.tls, text))
            } else {
                decide(.failed(exchange.layer, exchange.explain(error) ?? ErrorText.of(error)))
            }
        case .over: break
        }
        close()
    }

    // MARK: Events from outside

    /// The connection could not be made.
    func connectFailed(_ error: any Error) {
        if let problem = ProbeNotRun(error, hasSocket: hasSocket) {
            guard !isDecided else { return }
            isDecided = true
            return promise.fail(problem)
        }
        if let error = error as? TLSSetupError { return decide(.failed(.tls, error.text)) }
        decide(
            .failed(.tcp, ErrorText.of(error, within: plan.timeouts.tcp)),
            ErrorText.isSilence(error) ? .silence : nil)
    }

    /// Nobody wants the verdict any more.
    func cancel() {
        decide(.failed(layer, "the probe was cancelled"))
        close()
    }

    // MARK: Progress

    private var layer: Layer {
        switch stage {
        case .connecting: .tcp
        case .handshaking: .tls
        case .exchanging, .over: exchange.layer
        }
    }

    private func beginExchange() {
        stage = .exchanging
        stageStart = .now
        deadline?.cancel()
        perform(exchange.begin())
    }

    private func perform(_ step: ExchangeStep<Dialogue.Outbound>) {
        for message in step.send {
            context?.write(wrapOutboundOut(message), promise: nil)
        }
        if !step.send.isEmpty {
            context?.flush()
            acknowledgeQuickly()
        }
        if let outcome = step.outcome {
            if exchange.layer != .tcp && exchange.layer != .tls, step.isHealthy {
                finishLayer(exchange.layer, detail: step.detail)
            }
            decide(outcome, exchange.sign)
        }
        if step.isFinished {
            closeSoon()
        } else if let due = step.deadline {
            schedule(in: due - (ContinuousClock.now - stageStart))
        }
    }

    private func finishLayer(_ layer: Layer, detail: String? = nil) {
        let began = layer == .tcp ? start : stageStart
        timings.append(LayerTiming(layer: layer, duration: ContinuousClock.now - began, detail: detail))
    }

    private func schedule(in delay: Duration) {
        deadline?.cancel()
        guard stage != .over else { return }
        deadline = context?.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) { self.deadlinePassed() }
    }

    private func deadlinePassed() {
        switch stage {
        case .handshaking:
            decide(.failed(.tls, "no answer within \(plan.timeouts.tls.spoken)"))
            close()
        case .exchanging: perform(exchange.deadlinePassed())
        case .connecting, .over: break
        }
    }

    private func decide(_ outcome: Verdict.Outcome, _ sign: Verdict.Sign? = nil) {
        guard !isDecided else { return }
        isDecided = true
        promise.succeed(
            Verdict(outcome: outcome, layers: timings, latency: ContinuousClock.now - start, sign: sign))
    }

    /// Closes the connection when what follows from the verdict is done: answers are more urgent.
    private func closeSoon() {
        deadline?.cancel()
        stage = .over
        context?.eventLoop.assumeIsolated().execute { self.context?.close(promise: nil) }
    }

    private func close() {
        deadline?.cancel()
        stage = .over
        context?.close(promise: nil)
    }

    /// dcmtk, and so Orthanc, sends the second half of a unit only when the first is acknowledged; Linux would wait
    /// 40 ms with that. The option is not sticky, so it is set again with each read and write.
    private func acknowledgeQuickly() {
        guard plan.acknowledgesQuickly else { return }
        try? context?.channel.syncOptions?.setOption(.quickAcknowledgement, value: 1)
    }
}

extension ExchangeStep {
    /// Whether the peer has answered as it should, or nearly.
    fileprivate var isHealthy: Bool { outcome.map { !$0.isFailure } ?? false }
}

/// What a probe needs to know beside its exchange.
struct ProbePlan {
    var timeouts: Timeouts
    var usesTLS: Bool
    /// TCP_QUICKACK, for DICOM without TLS.
    var acknowledgesQuickly = false
    /// What was made of the peer's certificate.
    var certificate: CertificateVerdict?
    /// Held until the connection is closed.
    var lease: ProbeLease?
}

extension ChannelOption where Self == ChannelOptions.Types.SocketOption {
    /// TCP_QUICKACK of Linux (`tcp(7)`).
    fileprivate static var quickAcknowledgement: Self {
        .init(level: .tcp, name: NIOBSDSocket.Option(rawValue: 12))
    }
}
