// A-ASSOCIATE-RQ (PS3.8 §9.3.2, Table 9-11) and the part that A-ASSOCIATE-AC shares with it: version, titles, items.

/// The request for an association.
package struct AssociateRequest: Equatable, Sendable {
    package var calledAETitle: String
    package var callingAETitle: String
    package var applicationContext: String
    package var contexts: [ProposedContext]
    package var userInformation: UserInformation

    /// One presentation context (§9.3.2.2): what is to be done, and the encodings offered for it.
    package struct ProposedContext: Equatable, Sendable {
        /// Odd, 1 to 255.
        package var id: UInt8
        package var abstractSyntax: String
        package var transferSyntaxes: [String]

        package init(id: UInt8, abstractSyntax: String, transferSyntaxes: [String]) {
            self.id = id
            self.abstractSyntax = abstractSyntax
            self.transferSyntaxes = transferSyntaxes
        }
    }

    package init(
        calledAETitle: String, callingAETitle: String, applicationContext: String = UID.applicationContext,
        contexts: [ProposedContext], userInformation: UserInformation = UserInformation()
    ) {
        self.calledAETitle = calledAETitle
        self.callingAETitle = callingAETitle
        self.applicationContext = applicationContext
        self.contexts = contexts
        self.userInformation = userInformation
    }

    /// What a C-ECHO asks for: the Verification SOP class, as context 1, in implicit VR little endian.
    package static func echo(calling: String, called: String) -> AssociateRequest {
        let context = ProposedContext(
            id: 1, abstractSyntax: UID.verification, transferSyntaxes: [UID.implicitVRLittleEndian])
        return AssociateRequest(calledAETitle: called, callingAETitle: calling, contexts: [context])
    }
}

extension AssociateRequest {
    init(body: [UInt8]) throws(PDUError) {
        let fixed = try AssociateFixedPart(body, of: "A-ASSOCIATE-RQ")
        self.init(
            calledAETitle: fixed.calledAETitle, callingAETitle: fixed.callingAETitle, applicationContext: "",
            contexts: [], userInformation: UserInformation(maximumLength: 0, implementation: "", version: nil))
        for item in fixed.items {
            switch item.type {
            case 0x10: applicationContext = item.uid
            case 0x20: contexts.append(try ProposedContext(item))
            case 0x50: userInformation = try UserInformation(item)
            default: continue
            }
        }
    }

    var body: [UInt8] {
        var octets = AssociateFixedPart.encode(called: calledAETitle, calling: callingAETitle)
        octets.appendItem(0x10, Array(applicationContext.utf8))
        for context in contexts {
            var value: [UInt8] = [context.id, 0, 0, 0]
            value.appendItem(0x30, Array(context.abstractSyntax.utf8))
            for syntax in context.transferSyntaxes { value.appendItem(0x40, Array(syntax.utf8)) }
            octets.appendItem(0x20, value)
        }
        octets.appendItem(0x50, userInformation.items)
        return octets
    }
}

extension AssociateRequest.ProposedContext {
    init(_ item: Item) throws(PDUError) {
        var reader = ByteReader(item.value)
        guard let id = reader.octet(), reader.take(3) != nil else { throw .truncated("presentation context") }
        self.init(id: id, abstractSyntax: "", transferSyntaxes: [])
        for item in try Item.readAll(reader.rest, of: "presentation context") {
            switch item.type {
            case 0x30: abstractSyntax = item.uid
            case 0x40: transferSyntaxes.append(item.uid)
            default: continue
            }
        }
    }
}

/// What an A-ASSOCIATE-RQ and an A-ASSOCIATE-AC begin with: protocol version, two titles, 32 reserved octets.
struct AssociateFixedPart {
    var calledAETitle: String
    var callingAETitle: String
    var items: [Item]

    static let titleLength = 16

    init(_ body: [UInt8], of unit: String) throws(PDUError) {
        var reader = ByteReader(body[...])
        guard reader.take(4) != nil, let called = reader.take(Self.titleLength),
            let calling = reader.take(Self.titleLength), reader.take(32) != nil
        else { throw .truncated(unit) }
        calledAETitle = printable(called)
        callingAETitle = printable(calling)
        items = try Item.readAll(reader.rest, of: unit)
    }

    static func encode(called: String, calling: String) -> [UInt8] {
        let padded = { (title: String) in
            let octets = Array(title.utf8.prefix(titleLength))
            return octets + [UInt8](repeating: 0x20, count: titleLength - octets.count)
        }
        return [0, 1, 0, 0] + padded(called) + padded(calling) + [UInt8](repeating: 0, count: 32)
    }
}
