// The packed name of the query path, held against plain octets.

@testable import DNSCore
import Testing

/// A random name in wire form, of letters of both cases and any other octets.
private func randomName(_ random: inout RandomSource, maximum: Int = 255) -> [UInt8] {
    var wire: [UInt8] = []
    let length = Int.random(in: 1...maximum, using: &random)
    while wire.count < length - 1 {
        let label = min(Int.random(in: 1...63, using: &random), length - 2 - wire.count)
        guard label > 0 else { break }
        wire.append(UInt8(label))
        for _ in 0..<label {
            wire.append(
                Bool.random(using: &random)
                    ? .random(in: 65...122, using: &random) : .random(in: 0...255, using: &random))
        }
    }
    return wire + [0]
}

/// ASCII in lower case, octet by octet.
private func lowercased(_ octet: UInt8) -> UInt8 { octet >= 65 && octet <= 90 ? octet + 32 : octet }

@Suite struct QueryNameTests {
    @Test func lowercasedIsBytewise() {
        for position in UInt64(0)..<8 {
            for octet in UInt64(0)...255 {
                for around in [UInt64(0), 0x4141_4141_4141_4141, 0xffff_ffff_ffff_ffff, 0x5b5a_6160_407f_80c1] {
                    let word = around & ~(0xff << (position * 8)) | octet << (position * 8)
                    var expected: UInt64 = 0
                    for index in UInt64(0)..<8 {
                        expected |= UInt64(lowercased(UInt8(word >> (index * 8) & 0xff))) << (index * 8)
                    }
                    #expect(QueryName.lowercased(word) == expected)
                }
            }
        }
    }

    @Test func suffixesAreThoseOfTheOctets() {
        var random = RandomSource(seed: 3)
        var name = QueryName()
        for _ in 0..<3_000 {
            let wire = randomName(&random)
            let expected = wire.map(lowercased)
            name.set(name: wire)
            #expect(name.length == wire.count)
            var start = 0
            for label in 0...name.labelCount {
                #expect(name.start(ofLabel: label) == start)
                #expect((wire[start] == 0) == (label == name.labelCount))
                #expect(name.wordCount(ofSuffix: start) == (wire.count - start + 7) / 8)
                for index in 0..<name.wordCount(ofSuffix: start) {
                    let octets = (0..<8).map { offset in
                        let place = start + index * 8 + offset
                        return place < expected.count ? expected[place] : 0
                    }
                    let word = octets.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                    #expect(name.word(index, ofSuffix: start) == word)
                }
                #expect(name[start] == wire[start])
                start += 1 + Int(wire[start])
            }
        }
    }

    /// A suffix has the hash that it has as a name of its own, and other names have others.
    @Test func suffixesHashAsNamesDo() {
        var random = RandomSource(seed: 7)
        var name = QueryName()
        var suffix = QueryName()
        var hashes: [UInt64: [UInt8]] = [:]
        for _ in 0..<3_000 {
            let wire = randomName(&random)
            name.set(name: wire)
            for label in 0...name.labelCount {
                let octets = Array(wire[name.start(ofLabel: label)...])
                suffix.set(name: octets)
                #expect(name.hash(ofLabel: label) == suffix.hash(ofLabel: 0))
                let known = hashes.updateValue(octets.map(lowercased), forKey: suffix.hash(ofLabel: 0))
                #expect(known == nil || known == octets.map(lowercased))
            }
        }
    }

    /// A zero in the last label of a message that ends there does not end the name.
    @Test func aNameEndsWithTheRootLabelOnly() {
        var name = QueryName()
        for message: [UInt8] in [[2, 2, 0], [1, 0], [3, 0, 0, 0], [1], [64, 0], []] {
            let isRead = name.read(message.span, at: 0)
            #expect(!isRead, "\(message)")
        }
        for message: [UInt8] in [[0], [1, 0, 0], [2, 2, 0, 0]] {
            let isRead = name.read(message.span, at: 0)
            #expect(isRead, "\(message)")
            #expect(name.length == message.count)
        }
    }

    /// The ways to set a name all lead to the same words, whatever was there before.
    @Test func settersAgree() {
        var random = RandomSource(seed: 4)
        var name = QueryName()
        var other = QueryName()
        for _ in 0..<3_000 {
            let wire = randomName(&random)
            name.set(name: wire)
            // From the middle of a message.
            let message = [7, 7, 7] + wire + [1, 2, 3]
            let owned = OwnedOctets(message)
            let stored = owned.octets
            other.set(stored, from: 3, count: wire.count)
            let isSameStored = isSame(name, other)
            let isRead = other.read(message.span, at: 3) && isSame(name, other)
            // In two parts, and onto the labels of another name.
            let cut = name.start(ofLabel: Int.random(in: 0...name.labelCount, using: &random))
            let ownedTail = OwnedOctets(Array(wire[cut...]))
            let tail = ownedTail.octets
            defer { withExtendedLifetime(owned) { withExtendedLifetime(ownedTail) {} } }
            other.set(stored, from: 3, count: cut, tail: tail)
            let isSameInParts = isSame(name, other)
            let (_, rest) = (other.set(name: Array(wire[..<cut]) + [0]), wire.count - cut)
            other.set(tail, from: 0, count: rest, at: cut)
            let isSameInPlace = isSame(name, other)
            #expect(isSameStored && isRead && isSameInParts && isSameInPlace)
        }
    }

    private func isSame(_ left: borrowing QueryName, _ right: borrowing QueryName) -> Bool {
        guard left.length == right.length else { return false }
        return (0..<left.wordCount(ofSuffix: 0)).allSatisfy {
            left.word($0, ofSuffix: 0) == right.word($0, ofSuffix: 0)
        }
            && left.labelCount == right.labelCount
            && (0...left.labelCount).allSatisfy {
                left.start(ofLabel: $0) == right.start(ofLabel: $0) && left.hash(ofLabel: $0) == right.hash(ofLabel: $0)
            }
    }

    @Test func readsOnlyWholeNames() {
        var name = QueryName()
        let cases: [([UInt8], Bool)] = [
            ([0], true), ([1, 97, 0], true), ([], false), ([1], false), ([1, 97], false), ([64, 0], false),
            ([0xc0, 0], false), ([1, 97, 0xc0, 0], false),
            (Array(repeating: [1, 97], count: 127).joined() + [0], true),
            (Array(repeating: [1, 97], count: 128).joined() + [0], false),
        ]
        for (message, expected) in cases {
            let isName = name.read(message.span, at: 0)
            #expect(isName == expected, "\(message)")
        }
    }
}

@Suite struct NameTableTests {
    @Test func holdsAHundredThousandNames() {
        var random = RandomSource(seed: 5)
        var table = NameTable()
        var expected: [[UInt8]: Int] = [:]
        var name = QueryName()
        var order: [[UInt8]] = []
        for _ in 0..<100_000 {
            let wire = randomName(&random, maximum: 24)
            let key = wire.map(lowercased)
            name.set(name: wire)
            #expect(table.find(name) == expected[key])
            let number = table.insert(name)
            if let known = expected[key] {
                #expect(number == known)
            } else {
                #expect(number == order.count)
                expected[key] = number
                order.append(key)
            }
        }
        #expect(table.count == expected.count)
        table.shrink()
        for (number, key) in order.enumerated() {
            name.set(name: key)
            #expect(table.find(name) == number)
            #expect(table.wire(of: number) == key)
        }
        for _ in 0..<100_000 {
            let wire = randomName(&random, maximum: 24)
            name.set(name: wire)
            #expect(table.find(name) == expected[wire.map(lowercased)])
        }
    }

    /// Names whose hashes share the 32 bits that a slot keeps of them are told apart all the same.
    @Test func namesWithOneTag() {
        var tags: [UInt64: [UInt8]] = [:]
        var collisions: [([UInt8], [UInt8])] = []
        var name = QueryName()
        var random = RandomSource(seed: 6)
        for _ in 0..<300_000 {
            let wire: [UInt8] = [12] + (0..<12).map { _ in UInt8.random(in: 97...122, using: &random) } + [0]
            name.set(name: wire)
            let tag = name.hash(ofLabel: 0) & 0xffff_ffff
            if let other = tags[tag] { collisions.append((other, wire)) } else { tags[tag] = wire }
        }
        #expect(!collisions.isEmpty)
        for (first, second) in collisions {
            var table = NameTable()
            name.set(name: first)
            #expect(table.insert(name) == 0)
            name.set(name: second)
            #expect(table.find(name) == nil)
            #expect(table.insert(name) == 1)
            #expect(table.find(name) == 1)
            name.set(name: first)
            #expect(table.find(name) == 0)
        }
    }
}
