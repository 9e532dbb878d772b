// Calls the pure function as often for each kind of question, so that callgrind can count what one call executes.
// Tests/Budget/check runs this under `valgrind --tool=callgrind`; by itself it shows nothing but the labels.

import CAllocationCounter
import DNSCore

extension BudgetWorld {
    /// How often each question is asked; Tests/Budget/check divides by it.
    private static let queries = 500

    /// Prints how often each question is asked, then each label, with `end_of_part` called before and after the
    /// queries that count.
    func answerForCallgrind() {
        let current = state.current
        var scratch = Scratch(seed: 1)
        scratch.now = 1_700_000_000
        print("queries \(Self.queries)")
        for question in Self.questions {
            answer(question, current, times: 50, &scratch)
            end_of_part()
            answer(question, current, times: Self.queries, &scratch)
            end_of_part()
            print(question.label)
        }
    }

    private func answer(_ question: BudgetQuestion, _ current: ServingState, times: Int, _ scratch: inout Scratch) {
        let packet = question.packet
        for _ in 0..<times {
            let answer = [UInt8](capacity: 4096) { response in
                _ = answerQuery(
                    packet.span, from: Client(.v4(0x7f00_0001), over: .udp), current.image.image,
                    health: current.health, using: &scratch, into: &response)
            }
            precondition(answer.count >= 12, "it is answered")
        }
    }
}
