// Logging in with a browser: a token for a session.

import AdminRequests
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

extension AdminServer {
    private static let longestForm = 4096

    private struct LoginModel {
        var problem: String?
        var assets: String
    }

    func addLogin(to routes: inout RouteList) {
        routes.get("/login") { [page] _, _ in Self.login(page) }
        routes.post("/login") { [page, access, logger] request, context in
            guard access.crossSite(request.headers, request.head.authority ?? "") == nil else {
                return Self.login(page, problem: "Another site's page has sent this.", status: .forbidden)
            }
            let body = String(buffer: try await request.content(upTo: Self.longestForm))
            guard let token = formField("token", of: body).flatMap(access.tokens.find) else {
                logger.warning(
                    "a login from \(context.peer.map { "\($0)" } ?? "nowhere") with a token that is not known")
                return Self.login(page, problem: "This token is not known.", status: .unauthorized)
            }
            var response = Response(status: .seeOther, headers: [.location: "/", .cacheControl: "no-store"])
            response.setCookie(
                Cookie(
                    name: Sessions.cookie, value: access.sessions.begin(token),
                    maxAge: Int(Sessions.lifetime.components.seconds), path: "/", secure: access.isSecure,
                    httpOnly: true, sameSite: .strict))
            return response
        }
        routes.post("/logout") { [access] request, _ in
            if let secret = request.cookies[Sessions.cookie]?.value { access.sessions.end(secret) }
            var response = Response(status: .seeOther, headers: [.location: "/login", .cacheControl: "no-store"])
            response.setCookie(Cookie(name: Sessions.cookie, value: "", maxAge: 0, path: "/"))
            return response
        }
    }

    private static func login(
        _ page: PageRenderer, problem: String? = nil, status: HTTPResponse.Status = .ok
    ) -> Response {
        html(page.template(LoginModel(problem: problem, assets: PageFiles.version), "login"), status: status)
    }
}
