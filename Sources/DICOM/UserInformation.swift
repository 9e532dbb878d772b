// The user information item (PS3.8 §9.3.2.3; sub-items: PS3.8 §D.1, PS3.7 §D.3.3.2) of A-ASSOCIATE-RQ and -AC.

/// What each side says of itself. Sub-items that a C-ECHO has no use for are skipped.
package struct UserInformation: Equatable, Sendable {
    /// The longest P-DATA-TF body this side takes; 0 for no limit.
    package var maximumLength: UInt32
    package var implementation: String
    package var version: String?

    package init(
        maximumLength: UInt32 = 16_384, implementation: String = UID.implementation,
        version: String? = UID.implementationVersion
    ) {
        self.maximumLength = maximumLength
        self.implementation = implementation
        self.version = version
    }

    init(_ item: Item) throws(PDUError) {
        self.init(maximumLength: 0, implementation: "", version: nil)
        for item in try Item.readAll(item.value, of: "user information") {
            switch item.type {
            case 0x51:
                var reader = ByteReader(item.value)
                guard let length = reader.bigEndian32() else { throw .truncated("user information") }
                maximumLength = length
            case 0x52: implementation = item.uid
            case 0x55: version = printable(item.value)
            default: continue
            }
        }
    }

    var items: [UInt8] {
        var length: [UInt8] = []
        length.appendBigEndian(maximumLength)
        var octets: [UInt8] = []
        octets.appendItem(0x51, length)
        octets.appendItem(0x52, Array(implementation.utf8))
        if let version { octets.appendItem(0x55, Array(version.utf8)) }
        return octets
    }
}
