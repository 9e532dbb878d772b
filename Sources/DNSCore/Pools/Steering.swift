// What choosing among the targets of a pool needs beside the health snapshot: chance, turns, and who asks.

/// One worker's, part of its `Scratch`.
struct Steering: ~Copyable {
    var random: RandomSource
    var turns: Turns
    /// Whom the answer in work is for.
    var asker = Asker(.v4(0))

    init(seed: UInt64) {
        random = RandomSource(seed: seed)
        turns = Turns(startingAt: &random)
    }
}
