// `EchoClient` on NIO's buffers: the pure machine knows octets only.

internal import Checks
internal import NIOCore

struct DICOMExchange: ~Copyable, Exchange {
    private var client: EchoClient

    init(options: DICOMOptions, timeout: Duration) {
        client = EchoClient(options: options, timeout: timeout)
    }

    var layer: Layer { .dicom }
    var sign: Verdict.Sign? { client.sign }

    mutating func begin() -> ExchangeStep<ByteBuffer> { wrap(client.begin()) }

    mutating func receive(_ buffer: ByteBuffer, at elapsed: Duration) -> ExchangeStep<ByteBuffer> {
        wrap(client.receive(Array(buffer.readableBytesView), at: elapsed))
    }

    mutating func deadlinePassed() -> ExchangeStep<ByteBuffer> { wrap(client.deadlinePassed()) }

    mutating func closed() -> ExchangeStep<ByteBuffer> { wrap(client.closed()) }

    func explain(_ error: any Error) -> String? { nil }

    private func wrap(_ step: EchoClient.Step) -> ExchangeStep<ByteBuffer> {
        ExchangeStep(
            send: step.send.map { ByteBuffer(bytes: $0) }, outcome: step.outcome, detail: step.detail,
            deadline: step.deadline, isFinished: step.isFinished)
    }
}
