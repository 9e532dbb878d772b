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
}
