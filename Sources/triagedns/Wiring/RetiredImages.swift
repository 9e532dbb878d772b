// Images that are not answered from any more, kept until no worker looks at them: whoever lets go last frees the zones,
// which for large ones takes a while and must not happen between two queries. Idle workers look around once a second
// (`UDPSocket`), TCP loops are told to (`TCPListener.refresh`).

import CLinuxSockets
import DNSCore
import Synchronization

/// Frees old images on a task of its own.
final class RetiredImages: Sendable {
    private let waiting = Mutex<[ImageBox]>([])

    private static let interval = Duration.milliseconds(500)

    /// Takes over an image that was replaced.
    func add(_ image: ImageBox) {
        let isFirst = waiting.withLock { waiting in
            waiting.append(image)
            return waiting.count == 1
        }
        guard isFirst else { return }
        Task {
            while !isEmpty {
                try? await Task.sleep(for: Self.interval)
                freeUnused()
            }
        }
    }

    private var isEmpty: Bool { waiting.withLock(\.isEmpty) }

    private func freeUnused() {
        var unused: [ImageBox] = []
        waiting.withLock { waiting in
            var index = 0
            while index < waiting.count {
                if isKnownUniquelyReferenced(&waiting[index]) {
                    unused.append(waiting.remove(at: index))
                } else {
                    index += 1
                }
            }
        }
        guard !unused.isEmpty else { return }
        unused.removeAll()
        CLinux_trimMemory()
    }
}
