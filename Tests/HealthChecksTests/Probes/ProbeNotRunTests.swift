// What this machine lacks is not the target's fault, and one lookup of a name is enough.

import Checks
import DNSCore
import Foundation
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import HealthChecks

@Suite struct ProbeNotRunTests {
    @Test func localErrors() {
        func problem(_ code: CInt, _ hasSocket: Bool) -> String? {
            ProbeNotRun(IOError(errnoCode: code, reason: "test"), hasSocket: hasSocket)?.description
        }
        for code in [EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL] {
            #expect(problem(code, false) != nil && problem(code, true) != nil)
        }
        #expect(problem(EMFILE, false) == "too many open files on this machine")
        for code in [EACCES, EPERM] { #expect(problem(code, false) != nil && problem(code, true) == nil) }
        for code in [ECONNREFUSED, ECONNRESET, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH] {
            #expect(problem(code, true) == nil)
        }
        #expect(ProbeNotRun(ChannelError.eof, hasSocket: true) == nil)
    }

    @Test func lookupsOfOneNameAreShared() async throws {
        let calls = Mutex<[String]>([])
        let gate = DispatchSemaphore(value: 0)
        let resolver = HostResolver { name in
            calls.withLock { $0.append(name) }
            gate.wait()
            return .success([loopback])
        }
        let loop = testGroup.next()
        // The first gives up, the lookup goes on.
        await #expect(throws: ResolutionError.noAddress("no address of a.example within 20 ms")) {
            try await resolver.addresses(of: "a.example", within: .milliseconds(20), on: loop)
        }
        async let one = resolver.addresses(of: "a.example", within: .seconds(20), on: loop)
        async let two = resolver.addresses(of: "a.example", within: .seconds(20), on: testGroup.next())
        try await Task.sleep(for: .milliseconds(50))
        gate.signal()
        gate.signal()
        #expect(try await one == [loopback])
        #expect(try await two == [loopback])
        #expect(calls.withLock { $0 } == ["a.example"])
        #expect(try await resolver.addresses(of: "a.example", within: .seconds(20), on: loop) == [loopback])
        #expect(calls.withLock { $0.count } == 2)
    }
}
