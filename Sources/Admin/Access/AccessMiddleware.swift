// Every request passes here first: who asks, and whether they may. What is wrong comes back as a problem document.

import HTTPTypes
import Hummingbird
import NIOCore

struct AccessMiddleware: RouterMiddleware {
    typealias Context = AdminContext

    /// What everybody may have: whether the server lives, and the way to log in.
    private static let open: Set<String> = ["/healthz", "/readyz", "/login"]

    let access: Access

    @concurrent
    func handle(
        _ request: Request, context: AdminContext,
        next: @concurrent (Request, AdminContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        do {
            if !Self.open.contains(request.uri.path),
                !request.uri.path.hasPrefix("/page/") || request.uri.path == "/page/live"
            {
                context.caller = try access.caller(
                    peer: context.peer, host: request.head.authority, headers: request.headers,
                    session: request.cookies[Sessions.cookie]?.value,
                    writes: request.method != .get && request.method != .head)
            }
            return try await next(request, context)
        } catch let refusal as Access.Refusal {
            return response(to: request, refusal)
        } catch let problem as Problem {
            return problem.response
        } catch let error as any HTTPResponseError {
            return Problem(error.status, "http_\(error.status.code)", Self.text(of: error)).response
        }
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

    private static func text(of error: any HTTPResponseError) -> String {
        switch error.status {
        case .notFound: "there is nothing at this path"
        case .contentTooLarge: "the body is too long"
        default: (error as? HTTPError)?.body ?? error.status.reasonPhrase
        }
    }
}
