// Where frames go: opened when there is somebody to take them, and opened again when that is lost.

import Glibc
import Synchronization

/// Takes frames, on one thread.
protocol FrameSink: AnyObject {
    /// For the log: `the receiver at /run/dnstap.sock`.
    var name: String { get }
    var isOpen: Bool { get }
    func open() throws(SinkError)
    /// Takes whole frames. When it fails, it is closed.
    func write(_ frames: [UInt8]) throws(SinkError)
    /// Looks whether somebody is still there, while there is nothing to write.
    func check() throws(SinkError)
    /// Ends the stream in order.
    func close()
}

/// Why frames cannot be written.
struct SinkError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    /// - Parameter step: what was tried; errno says why it failed.
    init(errno step: String) { description = "\(step): \(unsafe String(cString: strerror(Glibc.errno)))" }
}

/// Told once that things are to end.
final class EndSignal: Sendable {
    private let flag = Atomic(false)

    var isSet: Bool { flag.load(ordering: .acquiring) }

    func set() { flag.store(true, ordering: .releasing) }
}
