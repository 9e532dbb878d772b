// Reads an answer of our own again, as its receiver would: what is explained is what is sent.

/// The records and options of a message that is well formed.
struct WrittenAnswer {
    struct Record {
        var owner: DomainName
        var type: RecordType
        var timeToLive: UInt32
        /// Where its data stands in the message.
        var data: Range<Int>
    }

    private let octets: [UInt8]
    private(set) var answer: [Record] = []
    private(set) var error: ExtendedErrorReport?
    private(set) var subnetScope: Int?

    /// Reads as far as it can.
    init(_ message: [UInt8]) {
        octets = message
        guard message.count >= Header.length else { return }
        var offset = Header.length
        for _ in 0..<count(at: 4) {
            guard let end = message.span.skipName(at: offset), end + 4 <= message.count else { return }
            offset = end + 4
        }
        for section in 0..<3 {
            for _ in 0..<count(at: 6 + 2 * section) {
                guard let record = record(at: offset) else { return }
                offset = record.data.upperBound
                if section == 0 { answer.append(record) }
                if record.type == .opt { readOptions(record.data) }
            }
        }
    }

    private func count(at offset: Int) -> Int { Int(octets.span.integer(at: offset)) }

    private func record(at offset: Int) -> Record? {
        guard let (owner, fields) = try? DomainName.read(octets.span, at: offset), fields + 10 <= octets.count else {
            return nil
        }
        let end = fields + 10 + count(at: fields + 8)
        guard end <= octets.count else { return nil }
        return Record(
            owner: owner, type: RecordType(rawValue: octets.span.integer(at: fields)),
            timeToLive: UInt32(octets.span.integer(at: fields + 4)) << 16
                | UInt32(octets.span.integer(at: fields + 6)),
            data: fields + 10..<end)
    }

    private mutating func readOptions(_ data: Range<Int>) {
        var offset = data.lowerBound
        while offset + 4 <= data.upperBound {
            let code = octets.span.integer(at: offset)
            let end = offset + 4 + count(at: offset + 2)
            guard end <= data.upperBound else { return }
            if code == OptionCode.extendedError, end - offset >= 6 {
                error = ExtendedErrorReport(
                    code: count(at: offset + 4), text: String(decoding: octets[(offset + 6)..<end], as: UTF8.self))
            } else if code == OptionCode.clientSubnet, end - offset >= 8 {
                subnetScope = Int(octets[offset + 7])
            }
            offset = end
        }
    }

    /// The names that a chain of CNAMEs leads through, from `name` on.
    func chain(from name: DomainName) -> [DomainName] {
        var names = [name]
        while names.count < maximumSteps, let last = names.last,
            let alias = answer.first(where: { $0.type == .cname && $0.owner == last }),
            let (target, _) = try? DomainName.read(octets.span, at: alias.data.lowerBound), !names.contains(target)
        {
            names.append(target)
        }
        return names
    }
}
