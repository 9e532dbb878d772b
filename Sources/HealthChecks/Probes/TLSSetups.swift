// The TLS contexts of probes. A context costs a millisecond and an authority file a read, so each is made once.

internal import Checks
internal import NIOCore
internal import NIOSSL
internal import SwiftASN1
internal import Synchronization
internal import X509

/// What the probes of all checks with the same TLS options share.
struct TLSSetup: Sendable {
    var context: NIOSSLContext
    /// Nil: no verification.
    var roots: CertificateStore?
}

/// Makes and keeps setups; at most one for each authority file that the configuration names, and two more.
final class TLSSetups: Sendable {
    private struct Key: Hashable {
        var verification: TLSOptions.Verification
        var authorityFile: String?
    }

    private let made = Mutex<[Key: TLSSetup]>([:])

    /// Fails, and is tried again with the next probe, if the authority file cannot be read.
    func setup(for options: TLSOptions) throws(TLSSetupError) -> TLSSetup {
        let key = Key(
            verification: options.verification,
            authorityFile: options.verification == .off ? nil : options.authorityFile)
        if let setup = made.withLock({ $0[key] }) { return setup }
        let setup = try Self.make(key)
        made.withLock { $0[key] = setup }
        return setup
    }

    /// Reads authority files again from now on.
    func forget() { made.withLock { $0.removeAll() } }

    private static func make(_ key: Key) throws(TLSSetupError) -> TLSSetup {
        var configuration = TLSConfiguration.makeClientConfiguration()
        // Verification is ours (`CertificateJudge`), so BoringSSL needs no roots; it must still ask for the verdict.
        configuration.trustRoots = .certificates([])
        configuration.certificateVerification = key.verification == .off ? .none : .noHostnameVerification
        // The verdict is made by then: a peer that does not answer our close_notify is not waited for.
        configuration.shutdownTimeout = .milliseconds(100)
        do {
            let context = try NIOSSLContext(configuration: configuration)
            switch (key.verification, key.authorityFile) {
            case (.off, _): return TLSSetup(context: context, roots: nil)
            case (.strict, nil): return TLSSetup(context: context, roots: .systemTrustRoots)
            case (.strict, let file?):
                let roots = try NIOSSLCertificate.fromPEMFile(file).map {
                    try Certificate(derEncoded: $0.toDERBytes())
                }
                return TLSSetup(context: context, roots: CertificateStore(roots))
            }
        } catch {
            throw TLSSetupError(text: "cannot read the authority file \(key.authorityFile ?? "of the system")")
        }
    }
}

/// Why a check cannot speak TLS at all.
struct TLSSetupError: Error {
    var text: String
}

extension TLSSetup {
    /// The handler for one connection. `problem` is filled if the certificate is refused.
    func handler(options: TLSOptions, address: String, problem: CertificateProblem) throws(TLSSetupError)
        -> NIOSSLClientHandler
    {
        do {
            return try makeHandler(options: options, address: address, problem: problem)
        } catch {
            throw TLSSetupError(text: "TLS cannot be set up: \(error)")
        }
    }

    private func makeHandler(
        options: TLSOptions, address: String, problem: CertificateProblem
    ) throws -> NIOSSLClientHandler {
        // SNI carries names only (RFC 6066 §3).
        let name = options.serverName.flatMap { $0.isIPAddress ? nil : $0 }
        guard let roots else { return try NIOSSLClientHandler(context: context, serverHostname: name) }
        let judge = CertificateJudge(serverName: name, roots: roots)
        let expectedAddress = name == nil ? options.serverName ?? address : address
        return try NIOSSLClientHandler(context: context, serverHostname: name) { certificates, promise in
            promise.completeWithTask {
                let chain = try certificates.map { try Certificate(derEncoded: $0.toDERBytes()) }
                guard let text = await judge.problem(of: chain, address: expectedAddress) else {
                    return .certificateVerified
                }
                problem.text.withLock { $0 = text }
                return .failed
            }
        }
    }
}

/// Why a certificate was refused: written by the task that verifies, read when the handshake has failed.
final class CertificateProblem: Sendable {
    let text = Mutex<String?>(nil)
}
