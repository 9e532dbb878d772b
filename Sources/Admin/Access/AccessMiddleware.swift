// Every request passes here first: who asks, and whether they may. What is wrong, here or further on, comes back as a
// problem document.

import AdminRequests
import HTTPTypes
import HealthChecks
import Hummingbird
import Logging
import NIOCore

struct AccessMiddleware: RouterMiddleware {
    typealias Context = AdminContext

    /// What everybody may have: whether the server lives, and the way to log in.
    private static let open: Set<String> = ["/healthz", "/readyz", "/login"]

    let access: Access
    let routes: RouteList
    let logger: Logger

    @concurrent
    func handle(
        _ request: Request, context: AdminContext,
        next: @concurrent (Request, AdminContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        do {
            if !isOpen(request.uri.path) {
                context.caller = try access.caller(
                    peer: context.peer, host: request.head.authority, headers: request.headers,
                    session: request.cookies[Sessions.cookie]?.value,
                    writes: request.method != .get && request.method != .head)
            }
            return try await next(request, context)
        } catch let refusal as Access.Refusal {
            return response(to: request, refusal)
        } catch let error as any HTTPResponseError where error.status == .notFound {
            return nothing(at: request.uri.path)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            return Problem(of: error, logger).response
        }
    }

    /// Those and the files of the page, by name: the router takes `/page//live` for `/page/live`.
    private func isOpen(_ path: String) -> Bool {
        let words = path.split(separator: "/")
        return Self.open.contains(path)
            || words.count == 2 && words[0] == "page" && PageFiles.files[String(words[1])] != nil
    }

    private func response(to request: Request, _ refusal: Access.Refusal) -> Response {
        switch refusal {
        case .unknown(let text):
            if request.method == .get, request.headers[.accept]?.contains("text/html") == true {
                return Response(status: .seeOther, headers: [.location: "/login", .cacheControl: "no-store"])
            }
            var response = Problem(.unauthorized, "unauthorized", text).response
            response.headers[.wwwAuthenticate] = "Bearer realm=\"triagedns\""
            return response
        case .forbidden(let text): return Problem(.forbidden, "forbidden", text).response
        case .misdirected(let text): return Problem(.misdirectedRequest, "misdirected", text).response
        }
    }

    /// No route has this path and method.
    private func nothing(at path: String) -> Response {
        let methods = routes.methods(at: path).map(\.rawValue)
        guard !methods.isEmpty else {
            return Problem(.notFound, "not_found", "there is nothing at this path; see /openapi.yaml").response
        }
        let list = methods.joined(separator: ", ")
        var response = Problem(.methodNotAllowed, "method_not_allowed", "the methods of this path are \(list)").response
        response.headers[.allow] = list
        return response
    }
}
