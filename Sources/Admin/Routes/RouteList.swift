// What there is at the endpoint: one list, from which the router is made, and that says which methods a path has.

import AdminRequests
import HTTPTypes
import Hummingbird
import NIOCore

/// Paths, methods, and what they do.
struct RouteList: Sendable {
    typealias Handler = @Sendable (Request, AdminContext) async throws -> Response

    struct Route: Sendable {
        var method: HTTPRequest.Method
        /// With parameters as `{pool}`.
        var path: String
        var handle: Handler
    }

    private(set) var routes: [Route] = []

    mutating func get(_ path: String, _ handle: @escaping Handler) {
        routes.append(Route(method: .get, path: path, handle: handle))
    }

    mutating func post(_ path: String, _ handle: @escaping Handler) {
        routes.append(Route(method: .post, path: path, handle: handle))
    }

    /// What may be done at a path, HEAD wherever GET is (RFC 9110 §9.3.2); empty if there is nothing.
    func methods(at path: String) -> [HTTPRequest.Method] {
        let methods = routes.filter { isPath(path, of: $0.path) }.map(\.method)
        return methods.contains(.get) ? methods + [.head] : methods
    }

    func router(_ counter: RequestCounter, _ access: AccessMiddleware) -> Router<AdminContext> {
        let router = Router(context: AdminContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: counter)
        router.add(middleware: access)
        for route in routes { router.on(RouterPath(route.path), method: route.method, use: route.handle) }
        return router
    }
}

extension AdminContext {
    /// A part of the path, decoded.
    func word(_ parameter: String) throws -> String {
        guard let word = pathWord(try parameters.require(parameter)) else {
            throw RequestError("the path is not percent-encoded UTF-8; write % as %25")
        }
        return word
    }
}

extension Request {
    /// All of the body; one that ends before its end is the sender's fault.
    func content(upTo limit: Int) async throws -> ByteBuffer {
        do {
            return try await body.collect(upTo: limit)
        } catch let error where !(error is any HTTPResponseError || error is CancellationError) {
            throw RequestError("the body is cut short")
        }
    }

    /// What stands after the `?`.
    func parameters(_ known: String...) throws(RequestError) -> QueryParameters {
        try QueryParameters(uri.query, known: known)
    }
}
