// The tokens that hold at this moment: files are looked at again when somebody comes and they may have changed.

internal import Crypto
internal import Foundation
public import Logging
internal import NIOConcurrencyHelpers

/// The tokens of some files.
public final class TokenStore: Sendable {
    private struct State {
        var files: [String: (stamp: Stamp?, tokens: [AccessToken])] = [:]
        var lastLook: ContinuousClock.Instant?
    }

    /// What tells one version of a file from another.
    private struct Stamp: Equatable {
        var date: Date?
        var size: UInt64
        var number: UInt64

        init?(path: String) {
            guard let found = try? FileManager.default.attributesOfItem(atPath: path) else { return nil }
            date = found[.modificationDate] as? Date
            size = found[.size] as? UInt64 ?? 0
            number = found[.systemFileNumber] as? UInt64 ?? 0
        }
    }

    private static let pause = Duration.seconds(1)

    private let paths: [String]
    private let logger: Logger
    private let state = NIOLockedValueBox(State())

    /// - Parameter paths: of the files; what they say is read at once, and again when they change.
    public init(_ paths: [String], logger: Logger) {
        self.paths = paths
        self.logger = logger
        refresh()
    }

    /// The token with these octets. Takes as long for one that is almost right as for one that is not.
    func find(_ token: String) -> AccessToken? {
        refresh()
        let digest = SHA256.hash(data: Data(token.utf8))
        var found: AccessToken?
        for candidate in all where candidate.isOf(digest) { found = candidate }
        return found
    }

    /// Whether a token of before is still there, with the same rights.
    func holds(_ token: AccessToken) -> Bool {
        refresh()
        return all.contains { $0.name == token.name && $0.role == token.role && $0.isOf(token.digest) }
    }

    private var all: [AccessToken] { state.withLockedValue { state in paths.flatMap { state.files[$0]?.tokens ?? [] } } }

    private func refresh() {
        let isDue = state.withLockedValue { state in
            let now = ContinuousClock.now
            guard state.lastLook.map({ now - $0 >= Self.pause }) ?? true else { return false }
            state.lastLook = now
            return true
        }
        guard isDue else { return }
        for path in paths {
            let stamp = Stamp(path: path)
            guard let known = state.withLockedValue({ $0.files[path] }) else {
                read(path, stamp)
                continue
            }
            if known.stamp != stamp { read(path, stamp) }
        }
    }

    /// A file that cannot be read, or has errors, changes nothing: nobody is locked out by a half-written one.
    private func read(_ path: String, _ stamp: Stamp?) {
        var tokens = state.withLockedValue { $0.files[path]?.tokens ?? [] }
        if let data = FileManager.default.contents(atPath: path) {
            let (read, problems) = TokenFile.parse(String(decoding: data, as: UTF8.self))
            for problem in problems { logger.error("\(path):\(problem.line): \(problem.message)") }
            if problems.isEmpty { tokens = read } else { logger.error("\(path): the tokens of before stay") }
        } else {
            logger.error("\(path): cannot be read; the tokens of before stay")
        }
        state.withLockedValue { [tokens] in $0.files[path] = (stamp, tokens) }
    }
}
