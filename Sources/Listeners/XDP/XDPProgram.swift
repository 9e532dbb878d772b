// The program that the kernel runs for each frame: UDP to one of our places goes to the AF_XDP socket of its queue, all
// else on to the kernel. Some thirty instructions, assembled here (RFC 9669): no compiler, no object file to find.
// Pure. Of little-endian machines, as all are that Swift runs Linux on.

import DNSCore

/// BPF instructions (RFC 9669 §3).
struct XDPProgram {
    private(set) var instructions: [UInt64] = []
    /// Jumps to `pass` and to `take` that wait for those to have a place.
    private var toPass: [Int] = []
    private var toTake: [Int] = []

    /// Frames that are longer than this are passed on: no query is, and one of AF_XDP's frames would not hold them.
    static let longestFrame: Int32 = 1_536
    /// The most places that a program looks for; those past it are the kernel's.
    static let maximumPlaces = 256

    /// - Parameters:
    ///   - places: addresses of this machine, no wildcards.
    ///   - map: the descriptor of the map from queues to sockets.
    init(places: [XDPListener.Place], map: Int32) {
        let places = places.prefix(Self.maximumPlaces)
        checkEthernet()
        let toV6 = emitJump(.equal, .r5, Int32(EtherType.v6.bigEndian))
        matchV4(places.filter { !$0.address.isV6 })
        land([toV6])
        matchV6(places.filter { $0.address.isV6 })
        land(toPass)
        emit(0xb7, .r0, immediate: Self.pass)
        emit(0x95, .r0)
        land(toTake)
        redirect(map)
    }

    // MARK: Steps

    /// Leaves the frame in r2, its end in r3, and what it carries in r5: behind a VLAN tag, r2 has moved with it.
    private mutating func checkEthernet() {
        emit(0x61, .r2, .r1, offset: 0)
        emit(0x61, .r3, .r1, offset: 4)
        emit(0xbf, .r4, .r2)
        emit(0x07, .r4, immediate: Self.longestFrame)
        toPass.append(emitJump(.less, .r4, .r3))
        passUnlessLong(14 + IPv4.headerLength + UDP.headerLength)
        // To a group: the kernel knows which we are in.
        load(1, .r5, at: 0)
        toPass.append(emitJump(.anyBit, .r5, 1))
        load(2, .r5, at: 12)
        let untagged = emitJump(.notEqual, .r5, Int32(EtherType.tagged.bigEndian))
        load(2, .r5, at: 16)
        emit(0x07, .r2, immediate: 4)
        passUnlessLong(14 + IPv4.headerLength + UDP.headerLength)
        land([untagged])
    }

    private mutating func matchV4(_ places: [XDPListener.Place]) {
        toPass.append(emitJump(.notEqual, .r5, Int32(EtherType.v4.bigEndian)))
        load(1, .r5, at: 14)
        toPass.append(emitJump(.notEqual, .r5, 0x45))
        load(1, .r5, at: 14 + 9)
        toPass.append(emitJump(.notEqual, .r5, Int32(UDP.number)))
        load(2, .r5, at: 14 + 6)
        toPass.append(emitJump(.anyBit, .r5, Int32(UInt16(0x3fff).bigEndian)))
        load(2, .r4, at: 14 + IPv4.headerLength + 2)
        load(4, .r5, at: 14 + 16)
        for place in places { match(place, [.r5]) }
        toPass.append(emitJump())
    }

    private mutating func matchV6(_ places: [XDPListener.Place]) {
        passUnlessLong(14 + IPv6.headerLength + UDP.headerLength)
        load(1, .r5, at: 14 + 6)
        toPass.append(emitJump(.notEqual, .r5, Int32(UDP.number)))
        load(2, .r4, at: 14 + IPv6.headerLength + 2)
        let words: [Register] = [.r5, .r6, .r7, .r8]
        for (index, register) in words.enumerated() { load(4, register, at: 14 + 24 + 4 * index) }
        for place in places { match(place, words) }
    }

    /// Takes the frame if r4 is the port, and the registers are the address.
    private mutating func match(_ place: XDPListener.Place, _ address: [Register]) {
        var toNext = [emitJump(.notEqual, .r4, Int32(place.port.bigEndian))]
        let octets = place.address.octets
        for (index, register) in address.enumerated() {
            let word = octets[4 * index..<4 * index + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            toNext.append(emitJump(.notEqual, register, Int32(bitPattern: word.bigEndian)))
        }
        toTake.append(emitJump())
        land(toNext)
    }

    /// `return bpf_redirect_map(map, queue, XDP_PASS)`: a queue without a socket is the kernel's.
    private mutating func redirect(_ map: Int32) {
        emit(0x61, .r2, .r1, offset: 16)
        emit(0x18, .r1, .r1, immediate: map)
        emit(0x00, .r0)
        emit(0xb7, .r3, immediate: Self.pass)
        emit(0x85, .r0, immediate: 51)
        emit(0x95, .r0)
    }

    // MARK: Assembling

    private enum Register: UInt64 {
        case r0, r1, r2, r3, r4, r5, r6, r7, r8
    }

    /// Comparisons of 32 bits, as loads of that size and less leave them.
    private enum Condition: UInt8 {
        case equal = 0x16
        case notEqual = 0x56
        case anyBit = 0x46
    }

    /// Comparisons of pointers.
    private enum PointerCondition: UInt8 {
        case greater = 0x2d
        case less = 0xad
    }

    /// XDP_PASS.
    private static let pass: Int32 = 2

    private mutating func emit(
        _ code: UInt8, _ destination: Register, _ source: Register = .r0, offset: Int16 = 0, immediate: Int32 = 0
    ) {
        instructions.append(
            UInt64(code) | destination.rawValue << 8 | source.rawValue << 12
                | UInt64(UInt16(bitPattern: offset)) << 16 | UInt64(UInt32(bitPattern: immediate)) << 32)
    }

    /// Loads 1, 2 or 4 octets of the frame, as this machine has them.
    private mutating func load(_ size: Int, _ register: Register, at offset: Int) {
        emit(size == 1 ? 0x71 : size == 2 ? 0x69 : 0x61, register, .r2, offset: Int16(offset))
    }

    /// The verifier wants it before any load.
    private mutating func passUnlessLong(_ length: Int) {
        emit(0xbf, .r4, .r2)
        emit(0x07, .r4, immediate: Int32(length))
        toPass.append(emitJump(.greater, .r4, .r3))
    }

    /// Jumps that `land` gives a place.
    private mutating func emitJump(_ condition: Condition, _ register: Register, _ value: Int32) -> Int {
        emit(condition.rawValue, register, immediate: value)
        return instructions.count - 1
    }

    private mutating func emitJump(_ condition: PointerCondition, _ left: Register, _ right: Register) -> Int {
        emit(condition.rawValue, left, right)
        return instructions.count - 1
    }

    private mutating func emitJump() -> Int {
        emit(0x05, .r0)
        return instructions.count - 1
    }

    /// Makes jumps lead to the next instruction.
    private mutating func land(_ jumps: [Int]) {
        for jump in jumps {
            instructions[jump] |= UInt64(UInt16(instructions.count - jump - 1)) << 16
        }
    }
}
