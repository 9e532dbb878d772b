// What the kernel says of this process (proc(5), clock_gettime(2), getrlimit(2)), under the names that Prometheus's own
// client libraries give it. Nil is what it does not tell.

import Foundation
import Glibc

struct ProcessFigures {
    /// Of all threads, in seconds.
    var processorTime: Double
    /// In octets.
    var memory: (resident: Int, virtual: Int)?
    var openDescriptors: Int?
    var mostDescriptors: Int?

    /// Those of now.
    static var current: ProcessFigures {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return ProcessFigures(
            processorTime: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9, memory: readMemory(),
            openDescriptors: countDescriptors(), mostDescriptors: descriptorLimit())
    }

    private static func readMemory() -> (resident: Int, virtual: Int)? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        let pages = text.split(separator: " ").prefix(2).compactMap { Int($0) }
        guard pages.count == 2 else { return nil }
        let size = sysconf(Int32(_SC_PAGESIZE))
        return (resident: pages[1] * size, virtual: pages[0] * size)
    }

    /// There may be tens of thousands, so they are not listed.
    private static func countDescriptors() -> Int? {
        guard let directory = unsafe opendir("/proc/self/fd") else { return nil }
        defer { unsafe closedir(directory) }
        var entries = 0
        while unsafe readdir(directory) != nil { entries += 1 }
        // Without `.`, `..` and the directory itself.
        return max(0, entries - 3)
    }

    private static func descriptorLimit() -> Int? {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return Int(clamping: limit.rlim_cur)
    }
}
