// A-ASSOCIATE-AC (PS3.8 §9.3.3, Table 9-17). The titles come back but must not be tested. An accepted association does
// not mean an accepted presentation context: the result of each is its own.

/// The answer that opens an association.
package struct AssociateAccept: Equatable, Sendable {
    package var calledAETitle: String
    package var callingAETitle: String
    package var contexts: [AnsweredContext]
    package var userInformation: UserInformation

    /// What became of one proposed presentation context (§9.3.3.2).
    package struct AnsweredContext: Equatable, Sendable {
        package var id: UInt8
        package var result: ContextResult
        /// Means nothing unless `result` is `.acceptance`.
        package var transferSyntax: String

        package init(id: UInt8, result: ContextResult, transferSyntax: String) {
            self.id = id
            self.result = result
            self.transferSyntax = transferSyntax
        }
    }

    package init(
        calledAETitle: String, callingAETitle: String, contexts: [AnsweredContext],
        userInformation: UserInformation = UserInformation()
    ) {
        self.calledAETitle = calledAETitle
        self.callingAETitle = callingAETitle
        self.contexts = contexts
        self.userInformation = userInformation
    }
}

/// Result of a presentation context (Table 9-18).
package struct ContextResult: RawRepresentable, Equatable, Sendable {
    package var rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let acceptance = ContextResult(rawValue: 0)
    package static let userRejection = ContextResult(rawValue: 1)
    package static let noReason = ContextResult(rawValue: 2)
    package static let abstractSyntaxNotSupported = ContextResult(rawValue: 3)
    package static let transferSyntaxesNotSupported = ContextResult(rawValue: 4)

    /// For an operator.
    package var explanation: String {
        switch self {
        case .acceptance: "accepted"
        case .userRejection: "user rejection"
        case .noReason: "no reason given"
        case .abstractSyntaxNotSupported: "abstract syntax not supported"
        case .transferSyntaxesNotSupported: "transfer syntaxes not supported"
        default: "result \(rawValue)"
        }
    }
}

extension AssociateAccept {
    init(body: [UInt8]) throws(PDUError) {
        let fixed = try AssociateFixedPart(body, of: "A-ASSOCIATE-AC")
        self.init(
            calledAETitle: fixed.calledAETitle, callingAETitle: fixed.callingAETitle, contexts: [],
            userInformation: UserInformation(maximumLength: 0, implementation: "", version: nil))
        for item in fixed.items {
            switch item.type {
            case 0x21: contexts.append(try AnsweredContext(item))
            case 0x50: userInformation = try UserInformation(item)
            default: continue
            }
        }
    }

    var body: [UInt8] {
        var octets = AssociateFixedPart.encode(called: calledAETitle, calling: callingAETitle)
        octets.appendItem(0x10, Array(UID.applicationContext.utf8))
        for context in contexts {
            var value: [UInt8] = [context.id, 0, context.result.rawValue, 0]
            value.appendItem(0x40, Array(context.transferSyntax.utf8))
            octets.appendItem(0x21, value)
        }
        octets.appendItem(0x50, userInformation.items)
        return octets
    }
}

extension AssociateAccept.AnsweredContext {
    init(_ item: Item) throws(PDUError) {
        var reader = ByteReader(item.value)
        guard let id = reader.octet(), reader.octet() != nil, let result = reader.octet(), reader.octet() != nil
        else { throw .truncated("presentation context") }
        self.init(id: id, result: ContextResult(rawValue: result), transferSyntax: "")
        // Where the context is refused, the syntax means nothing and some leave it out or incomplete.
        guard self.result == .acceptance else { return }
        for item in try Item.readAll(reader.rest, of: "presentation context") where item.type == 0x40 {
            transferSyntax = item.uid
        }
    }
}
