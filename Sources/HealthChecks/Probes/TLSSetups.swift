// The TLS contexts of probes. A context costs a millisecond and each file a read, so each is made once and again only
// when a file of it has changed.

internal import Checks
internal import NIOCore
internal import NIOSSL
internal import SwiftASN1
internal import Synchronization
internal import SystemPackage
internal import X509

/// What the probes of all checks with the same TLS options share.
struct TLSSetup: Sendable {
    var context: NIOSSLContext
    var roots: CertificateStore
}

/// Makes and keeps setups; no more than there are different sets of files in the configuration.
final class TLSSetups: Sendable {
    private struct Key: Hashable {
        /// Whether the certificate is looked at.
        var asksForCertificate: Bool
        /// Whether authorities are trusted at all.
        var hasRoots: Bool
        var authorityFile: String?
        var clientCertificateFile: String?
        var clientKeyFile: String?

        var files: [String] { [authorityFile, clientCertificateFile, clientKeyFile].compactMap { $0 } }
    }

    private struct Made {
        var setup: TLSSetup
        var stamps: [FileChange?]
    }

    private let made = Mutex<[Key: Made]>([:])

    /// Fails, and is tried again with the next probe, if a file cannot be used.
    func setup(for options: TLSOptions) throws(ProbeNotRun) -> TLSSetup {
        let isStrict = options.verification == .strict
        let key = Key(
            asksForCertificate: options.judgesCertificate, hasRoots: isStrict,
            authorityFile: isStrict ? options.authorityFile : nil,
            clientCertificateFile: options.clientCertificateFile,
            clientKeyFile: options.clientKeyFile ?? options.clientCertificateFile)
        // Before the files are read: what changes in between is read again the next time.
        let stamps = key.files.map(FileChange.init)
        if let known = made.withLock({ $0[key] }), known.stamps == stamps { return known.setup }
        let setup = try Self.make(key)
        made.withLock { $0[key] = Made(setup: setup, stamps: stamps) }
        return setup
    }

    /// Makes all anew from now on, and keeps nothing for checks that are there no more.
    func forget() { made.withLock { $0.removeAll() } }

    private static func make(_ key: Key) throws(ProbeNotRun) -> TLSSetup {
        var configuration = TLSConfiguration.makeClientConfiguration()
        // Verification is ours (`CertificateJudge`), so BoringSSL needs no roots; it must still ask for the verdict.
        configuration.trustRoots = .certificates([])
        configuration.certificateVerification = key.asksForCertificate ? .noHostnameVerification : .none
        // The verdict is made by then: a peer that does not answer our close_notify is not waited for.
        configuration.shutdownTimeout = .milliseconds(100)
        if let file = key.clientCertificateFile, let keyFile = key.clientKeyFile {
            configuration.certificateChain = try using(file, as: "client certificate") {
                try NIOSSLCertificate.fromPEMFile(file).map { .certificate($0) }
            }
            configuration.privateKey = try using(keyFile, as: "client key") {
                .privateKey(try NIOSSLPrivateKey(file: keyFile, format: .pem))
            }
        }
        let context: NIOSSLContext
        do {
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw ProbeNotRun("TLS cannot be set up (does client_key belong to client_certificate?): \(error)")
        }
        guard key.hasRoots else { return TLSSetup(context: context, roots: CertificateStore()) }
        guard let file = key.authorityFile else { return TLSSetup(context: context, roots: .systemTrustRoots) }
        let roots = try using(file, as: "authority") {
            try NIOSSLCertificate.fromPEMFile(file).map { try Certificate(derEncoded: $0.toDERBytes()) }
        }
        return TLSSetup(context: context, roots: CertificateStore(roots))
    }

    private static func using<Value>(
        _ file: String, as what: String, _ read: () throws -> Value
    ) throws(ProbeNotRun) -> Value {
        do {
            return try read()
        } catch {
            throw ProbeNotRun("cannot use the \(what) file \(file); is it readable, and PEM?")
        }
    }
}

/// Tells one version of a file from the next.
struct FileChange: Hashable, Sendable {
    private let status: Stat

    /// Nil if the file cannot be looked at.
    init?(_ path: String) {
        guard var status = try? FilePath(path).stat() else { return nil }
        // When it was last read says nothing.
        status.st_atim = status.st_mtim
        self.status = status
    }
}

extension TLSOptions {
    /// Whether anything is to be said of the certificate.
    var judgesCertificate: Bool { verification != .off || minimumDays != nil || coversNames }
}

/// Why there can be no connection with TLS to this target.
struct TLSSetupError: Error {
    var text: String
}

extension TLSSetup {
    /// The handler for one connection. `judgement` is filled when the certificate has been judged.
    func handler(
        _ options: TLSOptions, for target: ProbeTarget, judgement: CertificateVerdict
    ) throws(TLSSetupError) -> NIOSSLClientHandler {
        do {
            return try makeHandler(options, target, judgement)
        } catch {
            throw TLSSetupError(text: "TLS cannot be set up: \(error)")
        }
    }

    private func makeHandler(
        _ options: TLSOptions, _ target: ProbeTarget, _ verdict: CertificateVerdict
    ) throws -> NIOSSLClientHandler {
        // SNI carries names only (RFC 6066 §3).
        let name = (options.serverName ?? target.name).flatMap { $0.isIPAddress ? nil : $0 }
        guard options.judgesCertificate else { return try NIOSSLClientHandler(context: context, serverHostname: name) }
        let judge = CertificateJudge(
            options: options, identity: target.identity(options), clientNames: target.clientNames, roots: roots)
        return try NIOSSLClientHandler(context: context, serverHostname: name) { certificates, promise in
            promise.completeWithTask {
                let chain = try certificates.map { try Certificate(derEncoded: $0.toDERBytes()) }
                let judgement = await judge.judge(chain)
                verdict.judgement.withLock { $0 = judgement }
                return judgement.refusal == nil ? .certificateVerified : .failed
            }
        }
    }
}

extension ProbeTarget {
    /// What a strict judgement looks for: what the operator wrote. The names of clients are judged mildly, and without
    /// them the host's name or the address is all that there is to go by.
    func identity(_ options: TLSOptions) -> CertificateJudge.Identity? {
        if let name = options.serverName { return name.isIPAddress ? .address(name) : .name(name) }
        if !clientNames.isEmpty { return nil }
        return hostName.map { .name($0) } ?? .address("\(address)")
    }
}

/// What was made of a certificate: written by the task that judges, read when the handshake is over.
final class CertificateVerdict: Sendable {
    let judgement = Mutex(CertificateJudge.Judgement())

    var refusal: String? { judgement.withLock { $0.refusal } }
    var concern: String? { judgement.withLock { $0.concern } }
    var summary: String? { judgement.withLock { $0.summary } }
    var expiry: Int64? { judgement.withLock { $0.expiry } }
}
