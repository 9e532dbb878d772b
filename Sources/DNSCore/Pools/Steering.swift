// What choosing among the targets of a pool needs beside the health snapshot: chance, turns, and who asks.

/// One worker's, part of its `Scratch`.
struct Steering: ~Copyable {
    var random: RandomSource
    var turns: Turns
    /// How far an answer moves the rotation: 1; 0 in a rehearsal.
    let turn: UInt64
    /// Whom the answer in work is for.
    var asker = Asker(.v4(0))

    init(seed: UInt64, isRehearsal: Bool) {
        turn = isRehearsal ? 0 : 1
        random = RandomSource(seed: seed)
        turns = Turns(startingAt: &random)
    }
}
