// A directory, read by a command: what is wrong with it is printed, and how far it is.

import ArgumentParser
import DNSCore
import Foundation
import ZoneFiles

extension Project {
    /// As `read`, for people at a terminal. Prints the findings of a directory that cannot be used, and throws what ends
    /// the program.
    static func load(_ directory: String, isStrict: Bool = false) throws -> Project {
        do throws(ProjectError) {
            return try readShowingProgress(directory, isStrict: isStrict)
        } catch {
            throw error.report()
        }
    }

    static func readShowingProgress(_ directory: String, isStrict: Bool) throws(ProjectError) -> Project {
        // Where nobody sees it, nothing is counted.
        guard ProgressLine.isSeen else { return try read(directory, isStrict: isStrict) }
        let progress = ReadingProgress()
        let files = listZoneFiles(in: directory).files
        let octets = files.reduce(0) { $0 + (FileStamp(path: $1.path)?.size ?? 0) }
        let text = { @Sendable in
            let percent = min(99, Int64(progress.octets) * 100 / max(1, octets))
            return "reading \(counted(files.count, "zone file")), \(octets >> 20) MB: \(percent) %"
        }
        return try showingProgress(text) { () throws(ProjectError) in
            try read(directory, isStrict: isStrict, progress: progress)
        }
    }
}
