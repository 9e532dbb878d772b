// Figures of this process out of proc(5).

import Foundation

extension ProcessFigures {
    static func current() -> ProcessFigures {
        var figures = ProcessFigures()
        let rollup = lines("/proc/self/smaps_rollup")
        figures.proportionalSize = kilobytes("Pss:", rollup)
        figures.residentSize = kilobytes("Rss:", rollup)
        figures.threads = lines("/proc/self/status").first { $0.hasPrefix("Threads:") }
            .flatMap { Int($0.dropFirst(8).trimmingCharacters(in: .whitespaces)) }
        figures.descriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.count
        figures.cpuSeconds = processorTime
        var limit = rlimit()
        if unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            figures.mostDescriptors = UInt64(limit.rlim_cur)
        }
        return figures
    }

    /// User and system time together.
    private static var processorTime: Double? {
        var time = timespec()
        guard unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return nil }
        return Double(time.tv_sec) + (Double(time.tv_nsec) / 1_000_000).rounded() / 1000
    }

    private static func lines(_ path: String) -> [Substring] {
        // Such files say that their size is 0.
        guard let file = FileHandle(forReadingAtPath: path), let data = try? file.readToEnd() else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n")
    }

    /// Of `Pss:   1234 kB`, in octets.
    private static func kilobytes(_ name: String, _ lines: [Substring]) -> UInt64? {
        lines.first { $0.hasPrefix(name) }.flatMap { $0.split(separator: " ").dropFirst().first }
            .flatMap { UInt64($0) }.map { $0 * 1024 }
    }
}
