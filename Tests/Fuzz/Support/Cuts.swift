// How a stream is cut into reads: chosen by the input, so that the fuzzer looks for the cut that matters.

/// A stream and the sizes of the reads in which it comes.
package struct CutStream {
    package var stream: [UInt8]
    /// One read after the other; nothing of it is empty.
    package var reads: [[UInt8]]
    /// For each read, a bit for the target to use as it likes.
    package var marks: [Bool]
    /// One more bit, of the first octet.
    package var mark: Bool

    /// Input: one octet with the number of sizes (lower 3 bits) and a mark (bit 7), the sizes (lower 7 bits, 0 for
    /// all that is left; a mark in bit 7) which are used round and round, then the stream.
    package init?(_ input: [UInt8]) {
        guard let first = input.first else { return nil }
        mark = first & 0x80 != 0
        let sizes = input.dropFirst().prefix(Int(first & 7))
        stream = Array(input.dropFirst(1 + sizes.count))
        reads = []
        marks = []
        var rest = stream[...]
        while !rest.isEmpty {
            let next = sizes.isEmpty ? 0 : sizes[sizes.startIndex + reads.count % sizes.count]
            let size = next & 0x7f == 0 ? rest.count : Int(next & 0x7f)
            reads.append(Array(rest.prefix(size)))
            marks.append(next & 0x80 != 0)
            rest = rest.dropFirst(size)
        }
    }
}
