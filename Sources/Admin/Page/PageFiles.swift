// The page's templates and files: part of the binary, so that nothing needs to be installed beside it.

import Crypto
import Mustache
import NIOCore

enum PageFiles {
    struct File: Sendable {
        var type: String
        var content: ByteBuffer
    }

    /// By path below `/page/`.
    static let files: [String: File] = [
        "page.css": File(type: "text/css; charset=utf-8", content: ByteBuffer(bytes: PackageResources.page_css)),
        "page.js": File(type: "text/javascript; charset=utf-8", content: ByteBuffer(bytes: PackageResources.page_js)),
        "login.js": File(type: "text/javascript; charset=utf-8", content: ByteBuffer(bytes: PackageResources.login_js)),
        "icon.svg": File(type: "image/svg+xml", content: ByteBuffer(bytes: PackageResources.icon_svg)),
    ]

    /// Another one for other files.
    static let version: String = {
        var hash = SHA256()
        for (_, file) in files.sorted(by: { $0.key < $1.key }) { hash.update(data: Array(buffer: file.content)) }
        return hash.finalize().prefix(6).map { String($0, radix: 16) }.joined()
    }()

    static let templates: MustacheLibrary = {
        let texts: [String: [UInt8]] = [
            "page": PackageResources.page_mustache, "header": PackageResources.header_mustache,
            "pool": PackageResources.pool_mustache, "target": PackageResources.target_mustache,
            "traffic": PackageResources.traffic_mustache, "timeline": PackageResources.timeline_mustache,
            "zones": PackageResources.zones_mustache, "explain": PackageResources.explain_mustache,
            "login": PackageResources.login_mustache,
        ]
        return MustacheLibrary(
            templates: texts.mapValues { text in
                do {
                    return try MustacheTemplate(string: String(decoding: text, as: UTF8.self))
                } catch {
                    preconditionFailure("a template of the status page: \(error)")
                }
            })
    }()
}
