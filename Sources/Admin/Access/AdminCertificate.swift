// The endpoint's own TLS: certificate and key from files, read again when they change.

internal import Foundation
public import Logging
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOSSL

/// A certificate chain and its key, PEM.
public final class AdminCertificate: Sendable {
    /// Why they cannot be used; names the file and what to do.
    public struct Failure: Error, CustomStringConvertible {
        public var description: String
    }

    private struct State {
        var dates: [Date?]
        var chain: [NIOSSLCertificateSource]
        var key: NIOSSLPrivateKeySource
        var lastLook = ContinuousClock.now
    }

    private static let pause = Duration.seconds(1)

    private let chainPath: String
    private let keyPath: String
    private let logger: Logger
    private let state: NIOLockedValueBox<State>

    public init(chainPath: String, keyPath: String, logger: Logger) throws(Failure) {
        self.chainPath = chainPath
        self.keyPath = keyPath
        self.logger = logger
        let dates = Self.dates(chainPath, keyPath)
        let (chain, key) = try Self.read(chainPath, keyPath)
        state = NIOLockedValueBox(State(dates: dates, chain: chain, key: key))
    }

    /// Whether a server can be made with what the files say.
    private static func read(
        _ chainPath: String, _ keyPath: String
    ) throws(Failure) -> ([NIOSSLCertificateSource], NIOSSLPrivateKeySource) {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(chainPath)
            guard !chain.isEmpty else { throw Failure(description: "there is no certificate in it") }
            let key = try NIOSSLPrivateKey(file: keyPath, format: .pem)
            let sources = chain.map { NIOSSLCertificateSource.certificate($0) }
            _ = try NIOSSLContext(configuration: .makeServerConfiguration(certificateChain: sources, privateKey: .privateKey(key)))
            return (sources, .privateKey(key))
        } catch let failure as Failure {
            throw Failure(description: "\(chainPath): \(failure)")
        } catch {
            throw Failure(
                description: "\(chainPath), \(keyPath): not a PEM certificate chain and its key (\(error)); "
                    + "write them as certbot does: fullchain.pem and privkey.pem")
        }
    }

    private static func dates(_ paths: String...) -> [Date?] {
        paths.map { (try? FileManager.default.attributesOfItem(atPath: $0))?[.modificationDate] as? Date }
    }

    /// What the server starts with; each connection has the files of its moment.
    func configuration() -> TLSConfiguration {
        let (chain, key) = current()
        var configuration = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: key)
        configuration.minimumTLSVersion = .tlsv12
        configuration.sslContextCallback = { [self] _, promise in
            let (chain, key) = current()
            var override = NIOSSLContextConfigurationOverride()
            override.certificateChain = chain
            override.privateKey = key
            promise.succeed(override)
        }
        return configuration
    }

    private func current() -> ([NIOSSLCertificateSource], NIOSSLPrivateKeySource) {
        state.withLockedValue { state in
            guard ContinuousClock.now - state.lastLook >= Self.pause else { return (state.chain, state.key) }
            state.lastLook = .now
            let dates = Self.dates(chainPath, keyPath)
            guard dates != state.dates else { return (state.chain, state.key) }
            do throws(Failure) {
                (state.chain, state.key) = try Self.read(chainPath, keyPath)
                state.dates = dates
                logger.notice("\(chainPath): the new certificate is in use")
            } catch {
                // Perhaps one of the two is still to be written.
                logger.warning("\(error); the certificate of before stays")
            }
            return (state.chain, state.key)
        }
    }
}
