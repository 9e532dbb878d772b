// Counts requests to the admin endpoint.

import Hummingbird
import NIOConcurrencyHelpers

/// By HTTP status, of which there are only as many as this server sends.
final class RequestCounter: RouterMiddleware {
    typealias Context = AdminContext

    private let box = NIOLockedValueBox<[Int: UInt64]>([200: 0])

    var counts: [Int: UInt64] { box.withLockedValue { $0 } }

    @concurrent
    func handle(
        _ request: Request, context: AdminContext,
        next: @concurrent (Request, AdminContext) async throws -> Response
    ) async throws -> Response {
        do {
            let response = try await next(request, context)
            count(response.status.code)
            return response
        } catch {
            count((error as? any HTTPResponseError)?.status.code ?? 500)
            throw error
        }
    }

    private func count(_ status: Int) { box.withLockedValue { $0[status, default: 0] += 1 } }
}
