// What asks for a reload besides the HTTP endpoint: SIGHUP, and files that change.

import Foundation
import Glibc
import Logging
import NIOPosix
import ServerConfiguration
import ServiceLifecycle
import Synchronization
import UnixSignals
import ZoneFiles

/// Reloads on SIGHUP.
struct ReloadSignal: Service {
    let reloader: Reloader

    /// Until `run()` a SIGHUP does nothing, instead of ending the program.
    static func ignore() { _ = signal(SIGHUP, SIG_IGN) }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in await UnixSignalsSequence(trapping: .sighup) { _ = await reloader.reload("SIGHUP") }
        }
    }
}

/// Reloads when files have changed and then been left alone for a second. It looks at them rather than asks to be told:
/// that works on network file systems and mounts into containers, too.
struct DirectoryWatcher: Service {
    let reloader: Reloader

    private static let interval = Duration.milliseconds(500)
    /// How often to look whether files are to be watched.
    private static let idleInterval = Duration.seconds(5)
    /// How many looks in a row must find the same.
    private static let quietLooks = 2

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // What was there when the files were last read: it is compared with what is there later. Nil while nobody
            // wants it: for ten thousand zones it takes memory.
            var (read, last) = (isWatching ? Self.lastRead(project) : nil, nil as [String: FileStamp?]?)
            var quietLooks = 0
            while (try? await Task.sleep(for: isWatching ? Self.interval : Self.idleInterval)) != nil {
                guard isWatching else {
                    (read, last) = (nil, nil)
                    continue
                }
                let begin = ContinuousClock.now
                let served = project
                guard let seen = try? await NIOThreadPool.singleton.runIfActive({ Self.look(served) }) else { return }
                quietLooks = seen == last ? quietLooks + 1 : 0
                last = seen
                if read == nil { read = Self.lastRead(served) }
                if seen != read, quietLooks >= Self.quietLooks {
                    _ = await reloader.reload("files changed")
                    // Files that were not there, or not included, were read after `seen` was.
                    let now = project
                    read = seen.merging(Self.lastRead(now)) { first, _ in first }
                        .filter { Self.paths(now).contains($0.key) }
                }
                // With ten thousand files a look takes longer; it may take a twentieth of the time.
                try? await Task.sleep(for: (ContinuousClock.now - begin) * 20)
            }
        }
    }

    private var isWatching: Bool { reloader.current.withLock { $0.settings.watch } }

    private var project: Project { reloader.current.withLock { $0.project } }

    /// All files that the directory consists of.
    private static func paths(_ project: Project) -> Set<String> {
        var paths = Set(project.zones.lazy.flatMap(\.sources).map(\.path))
        paths.formUnion(listZoneFiles(in: project.directory).files.map(\.path))
        paths.insert(project.configurationSource.path)
        return paths
    }

    private static func look(_ project: Project) -> [String: FileStamp?] {
        Dictionary(uniqueKeysWithValues: paths(project).map { ($0, FileStamp(path: $0)) })
    }

    /// What `project` was read from. A file that was touched in that moment, or was another for each of two zones, is like
    /// none that is there later.
    private static func lastRead(_ project: Project) -> [String: FileStamp?] {
        var stamps: [String: FileStamp?] = [:]
        for source in project.zones.flatMap(\.sources) + [project.configurationSource] {
            let isOne = stamps[source.path].map { $0 == source.stamp } ?? true
            stamps.updateValue(isOne ? source.stamp : nil, forKey: source.path)
        }
        return stamps
    }
}
