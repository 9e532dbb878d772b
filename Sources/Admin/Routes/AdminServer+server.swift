// The server itself: whether it lives, what it was told, how it fares.

import Checks
import HTTPTypes
import Hummingbird
import NIOCore

extension AdminServer {
    func addServer(to routes: inout RouteList) {
        routes.get("/v1/config") { [source] request, _ in
            .conditional(
                ByteBuffer(string: source.configuration().json + "\n"), type: "application/json", to: request)
        }
        routes.get("/v1/runtime") { [source] _, _ in try .json(RuntimeReport(source)) }
        routes.get("/healthz") { _, _ in .text("ok\n") }
        routes.get("/readyz") { [source] _, _ in
            guard source.isReady() else {
                throw Problem(.serviceUnavailable, "not_ready", "the first probe round is not over")
            }
            return .text("ready\n")
        }
    }

    /// What this endpoint can do, for programs.
    func addDescription(to routes: inout RouteList) {
        routes.get("/openapi.yaml") { request, _ in
            // RFC 9512.
            .conditional(
                ByteBuffer(bytes: PackageResources.openapi_yaml), type: "application/yaml", to: request)
        }
    }
}
