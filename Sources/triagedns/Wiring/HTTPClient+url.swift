// Which server a command asks, with which token, and whom it trusts.

import ArgumentParser
import DNSCore
import Foundation
import NIOCore
import NIOSSL

extension HTTPClient {
    /// - Parameter text: what `--admin` says.
    ///
    /// The token is that of `TRIAGEDNS_TOKEN`, or of the file `TRIAGEDNS_TOKEN_FILE`, or, for a server on this machine, the one
    /// that it has made for this user. `TRIAGEDNS_CA_FILE` has the certificates that are trusted beside the system's.
    init(url text: String) throws {
        guard let url = URL(string: text), url.scheme == "http" || url.scheme == "https", let host = url.host() else {
            throw ValidationError("--admin must be a URL such as http://127.0.0.1:8053")
        }
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        self.init(
            host: isBracketed ? String(host.dropFirst().dropLast()) : host,
            port: url.port ?? (url.scheme == "https" ? 443 : 80))
        if url.scheme == "https" { tls = try Self.trust() }
        token = try Self.token(host: self.host, port: port)
    }

    private static func isThisMachine(_ host: String) -> Bool {
        if host == "localhost" { return true }
        guard let address = IPAddress(host) else { return false }
        let devices = (try? System.enumerateDevices()) ?? []
        return address.isLoopback || devices.contains { $0.address?.ipAddress.flatMap { IPAddress($0) } == address }
    }

    private static func trust() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let path = Environment.certificates.value {
            do {
                configuration.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(path))]
            } catch {
                throw ValidationError("TRIAGEDNS_CA_FILE: \(path) has no PEM certificates")
            }
        }
        return try NIOSSLContext(configuration: configuration)
    }

    private static func token(host: String, port: Int) throws -> String? {
        if let token = Environment.token.value { return token }
        if let path = Environment.tokenFile.value {
            guard let data = FileManager.default.contents(atPath: path) else {
                throw ValidationError("TRIAGEDNS_TOKEN_FILE: cannot read \(path)")
            }
            return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
        // Nobody else's server is shown this machine's token.
        guard isThisMachine(host) else { return nil }
        return UInt16(exactly: port).flatMap { LocalToken.find(port: $0) }
    }
}
