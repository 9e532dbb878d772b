// What an answer costs when all cores answer at once, beside what it costs when one does: if anything that queries write
// were shared, cores would wait for each other's cache lines. No sockets, so no batches that differ in size.

import DNSCore
import Dispatch
import Glibc
import Synchronization

extension BudgetWorld {
    private static let queriesPerRound = 400_000
    private static let queriesPerSecond = 20_000
    private static let rounds = 5

    /// Prints ns of CPU time per answer: medians of rounds that take turns. Clients of one network share a counter of
    /// the rate limit, and strict rotation has one for each pool.
    func compareWorkers() {
        let cores = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        // Always later, by so much that the rate limit is not reached.
        var second: UInt32 = 1_700_000_000
        for question in Self.questions {
            for areOneNetwork in [false, true] {
                var costs: [[Double]] = [[], []]
                for _ in 0..<Self.rounds {
                    costs[0].append(cost(question, workers: 1, areOneNetwork, &second))
                    costs[1].append(cost(question, workers: cores, areOneNetwork, &second))
                }
                let (one, all) = (costs[0].sorted()[Self.rounds / 2], costs[1].sorted()[Self.rounds / 2])
                print(
                    "\(question.label), clients of \(areOneNetwork ? "one network" : "a network each"): 1 worker "
                        + "\(Int(one)) ns, \(cores) workers \(Int(all)) ns, \((all / one * 100).rounded() / 100)x")
            }
        }
    }

    private func cost(
        _ question: BudgetQuestion, workers: Int, _ areOneNetwork: Bool, _ second: inout UInt32
    ) -> Double {
        let nanoseconds = Atomic<UInt64>(0)
        let begin = second
        second += UInt32(Self.queriesPerRound / Self.queriesPerSecond) + 1
        DispatchQueue.concurrentPerform(iterations: workers) { number in
            var scratch = Scratch(seed: UInt64(number))
            let client = IPAddress.v4(0x7f00_0001 + (areOneNetwork ? 0 : UInt32(number) << 8))
            let start = threadTime()
            answer(question, from: client, since: begin, &scratch)
            nanoseconds.add(threadTime() - start, ordering: .relaxed)
        }
        return Double(nanoseconds.load(ordering: .relaxed)) / Double(workers * Self.queriesPerRound)
    }

    private func answer(
        _ question: BudgetQuestion, from address: IPAddress, since begin: UInt32, _ scratch: inout Scratch
    ) {
        let current = state.current
        let packet = question.packet
        // No allocation and no memory of others in between, as in a worker.
        let room = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 16)
        defer { unsafe room.deallocate() }
        for number in 0..<Self.queriesPerRound {
            scratch.now = begin + UInt32(number / Self.queriesPerSecond)
            var response = unsafe OutputSpan(
                buffer: UnsafeMutableBufferPointer(rebasing: room[..<4096]), initializedCount: 0)
            _ = answerQuery(
                packet.span, from: Client(address, over: .udp), current.image.image, health: current.health,
                using: &scratch, into: &response)
            let length = unsafe response.finalize(for: UnsafeMutableBufferPointer(rebasing: room[..<4096]))
            precondition(length >= 12, "it is answered")
        }
    }
}

/// CPU time of the calling thread in ns: other programs on the machine do not count.
private func threadTime() -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
