// Where the name that is being resolved stands in the answer, so that owners can point at it.

/// The octets of a name in a message: `literalLength` of them from `position` on, the rest at `tailPosition`.
struct Placement {
    var position: Int
    var literalLength: Int
    var tailPosition: Int

    /// The question's name, which is never compressed.
    init(question name: borrowing QueryName) {
        position = Header.length
        literalLength = name.length
        tailPosition = 0
    }

    init(position: Int, literalLength: Int, tailPosition: Int) {
        self.position = position
        self.literalLength = literalLength
        self.tailPosition = tailPosition
    }

    /// Where the suffix that starts at octet `suffix` of the name stands.
    func position(ofSuffix suffix: Int) -> Int {
        suffix < literalLength ? position + suffix : tailPosition + suffix - literalLength
    }
}
