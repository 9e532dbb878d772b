// Counts allocations from the receive call to the send call, without the query log and with it.

import CAllocationCounter
import DNSCore
import Glibc
import Listeners

extension BudgetWorld {
    private static let warmUp: Int32 = 1000
    private static let queries: Int32 = 20_000

    /// Prints a line for each kind of question.
    /// - Returns: false if one of them allocates, or has no answer.
    func countAllocations() throws -> Bool {
        let isGood = try countAllocations(taps: nil)
        return try countAllocations(taps: QueryTaps(logsQueries: true)) && isGood
    }

    /// - Parameter taps: the query log. Nobody reads the rings, so that they are full after a while: both ways count.
    private func countAllocations(taps: QueryTaps?) throws -> Bool {
        let (listener, port) = try listen(taps)
        let log = taps == nil ? "" : ", logged"
        try listener.start()
        var failures = 0
        for question in Self.questions {
            var answer = [UInt8](repeating: 0, count: 4096)
            var length = 0
            let packet = question.packet
            unsafe precondition(
                ask(port, packet, packet.count, Self.warmUp, &answer, &length) == Self.warmUp, "all are answered")
            let before = allocation_count()
            let answered = unsafe ask(port, packet, packet.count, Self.queries, &answer, &length)
            let allocations = allocation_count() - before
            let isGood = allocations == 0 && answered == Self.queries
            if !isGood { failures += 1 }
            print(
                "\(isGood ? "ok    " : "NOT OK") \(question.label)\(log): \(allocations) allocations in \(answered) of "
                    + "\(Self.queries) queries, rcode \(answer[3] & 15), \(answer[7]) answers")
        }
        listener.stop()
        print("\(Self.questions.count - failures) passed, \(failures) failed")
        return failures == 0
    }

    private func listen(_ taps: QueryTaps?) throws -> (UDPListener, UInt16) {
        for port in UInt16(15_400)...15_499 {
            if let listener = try? UDPListener(
                address: .v4(0x7f00_0001), port: port, workers: 1, state: state, taps: taps)
            {
                return (listener, port)
            }
        }
        preconditionFailure("one port of a hundred is free")
    }
}
