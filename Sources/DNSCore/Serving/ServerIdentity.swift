// What the server says of itself: names of class CH (RFC 4892 §2) and NSID (RFC 5001).

/// Texts about this server, and the names that ask for them.
struct ServerIdentity: ~Copyable, Sendable {
    private let ownIdentifier: OwnedOctets
    /// RDATA of the TXT records: one string each. Empty if there is nothing to say.
    private let identity: OwnedOctets
    private let version: OwnedOctets
    private let names: NameTable

    init(_ settings: AnswerSettings) {
        ownIdentifier = OwnedOctets(settings.identity)
        identity = OwnedOctets(Self.text(settings.identity))
        version = OwnedOctets(Self.text(settings.version))
        var table = NameTable(minimumCapacity: 4)
        var name = QueryName()
        for labels in [["version", "bind"], ["version", "server"], ["hostname", "bind"], ["id", "server"]] {
            name.set(name: labels.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0])
            _ = table.insert(name)
        }
        names = table
    }

    /// NSID's data: the identity as it is.
    var identifier: StoredOctets { ownIdentifier.octets }

    private static func text(_ octets: [UInt8]) -> [UInt8] {
        octets.isEmpty ? [] : [UInt8(octets.count)] + octets
    }

    /// Answers a question of class CH.
    /// - Returns: false if there is nothing to say.
    borrowing func answer(
        _ query: borrowing Query, _ name: borrowing QueryName, _ answer: inout Answer,
        _ response: inout OutputSpan<UInt8>
    ) -> Bool {
        guard let number = names.find(name) else { return false }
        return number < 2
            ? answer.appendChaosText(version.octets, query.type, &response)
            : answer.appendChaosText(identity.octets, query.type, &response)
    }
}

extension Answer {
    /// Adds one TXT record of class CH.
    fileprivate mutating func appendChaosText(
        _ text: StoredOctets, _ type: RecordType, _ response: inout OutputSpan<UInt8>
    ) -> Bool {
        guard text.count > 0 else { return false }
        isAuthoritative = true
        guard type == .txt || type == .any else { return true }
        guard roomLeft(response) >= 2 + RecordSet.fixedLength + text.count else {
            truncate()
            return true
        }
        appendRecord(
            .txt, class: .chaos, ownerPosition: Header.length, timeToLive: 0, dataLength: text.count, to: .answer,
            into: &response)
        text.append(from: 0, count: text.count, to: &response)
        return true
    }
}
