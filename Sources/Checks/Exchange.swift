// The dialogue of a probe once the connection (and TLS, if asked for) stands, as a pure state machine: events and times
// in, steps out. `ProbeHandler` does the input and output.

/// One dialogue, with one deadline over all of it. Times are counted from `begin`.
package protocol Exchange: ~Copyable, SendableMetatype {
    associatedtype Inbound
    associatedtype Outbound: Sendable

    /// The layer it speaks for.
    var layer: Layer { get }
    /// What the failure that was the outcome shows beside that.
    var sign: Verdict.Sign? { get }

    /// The connection is open.
    mutating func begin() -> ExchangeStep<Outbound>
    mutating func receive(_ message: Inbound, at elapsed: Duration) -> ExchangeStep<Outbound>
    /// The deadline of the last step that named one has passed.
    mutating func deadlinePassed() -> ExchangeStep<Outbound>
    /// The peer has closed the connection.
    mutating func closed() -> ExchangeStep<Outbound>
    /// What an error that the connection reports means here; nil if it means nothing special.
    func explain(_ error: any Error) -> String?
}

extension Exchange where Self: ~Copyable {
    package var sign: Verdict.Sign? { nil }
}

/// What is to be done now.
package struct ExchangeStep<Outbound: Sendable>: Sendable {
    package var send: [Outbound] = []
    /// The verdict, at most once in a dialogue.
    package var outcome: Verdict.Outcome?
    /// What is worth saying beside the layer's duration.
    package var detail: String?
    /// When `deadlinePassed` is due, since `begin`; nil leaves the one that is set.
    package var deadline: Duration?
    /// The connection has no more use and is closed at once.
    package var isFinished = false

    package init(
        send: [Outbound] = [], outcome: Verdict.Outcome? = nil, detail: String? = nil, deadline: Duration? = nil,
        isFinished: Bool = false
    ) {
        self.send = send
        self.outcome = outcome
        self.detail = detail
        self.deadline = deadline
        self.isFinished = isFinished
    }

    package static var nothing: ExchangeStep { ExchangeStep() }

    /// A verdict that ends the dialogue.
    package static func end(_ outcome: Verdict.Outcome) -> ExchangeStep {
        ExchangeStep(outcome: outcome, isFinished: true)
    }
}

extension ExchangeStep: Equatable where Outbound: Equatable {}

/// For the `tcp` and `tls` checks: passes as soon as the layer below stands, and says nothing.
package struct NoExchange: Exchange {
    package let layer: Layer

    package init(layer: Layer) { self.layer = layer }

    package func begin() -> ExchangeStep<Never> { .end(.passed) }
    package func receive(_ message: Never, at elapsed: Duration) -> ExchangeStep<Never> {}
    package func deadlinePassed() -> ExchangeStep<Never> { .nothing }
    package func closed() -> ExchangeStep<Never> { .nothing }
    package func explain(_ error: any Error) -> String? { nil }
}
