// One query as a client sends it.

import DNSCore

struct Question: Sendable {
    let packet: [UInt8]

    /// - Parameter options: of an OPT record; none if nil.
    init(_ name: String, _ type: RecordType, recordClass: UInt8 = 1, options: [UInt8]? = nil) {
        guard let wire = (try? DomainName(name))?.wire else { preconditionFailure("\(name) is a name") }
        let opt = options.map { [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, UInt8($0.count)] + $0 } ?? []
        packet =
            [0x12, 0x34, 0, 0, 0, 1, 0, 0, 0, 0, 0, opt.isEmpty ? 0 : 1] + wire
            + [UInt8(type.rawValue >> 8), UInt8(type.rawValue & 0xff), 0, recordClass] + opt
    }

    /// An opcode that is answered with a header alone.
    static let update = Question(packet: [0x12, 0x34, 5 << 3, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1])

    private init(packet: [UInt8]) { self.packet = packet }
}
