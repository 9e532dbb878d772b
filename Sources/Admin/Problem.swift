// Why a request is not followed, as a problem document (RFC 9457).

import HealthChecks
import HTTPTypes
import Hummingbird
import NIOCore
import Foundation

/// The body of a response with the status 400 or more. Its type is `about:blank`: `code` tells one from the other.
public struct Problem: Codable, Error, Sendable {
    /// What the status means.
    public var title: String
    /// The HTTP status.
    public var status: Int
    /// What is wrong here, and what to do instead.
    public var detail: String
    /// `forbidden`, `bad_request`, `no_pool`, `no_target`, `no_window`, `conflict`, `nothing_to_restore`, or the rule
    /// that an order would break: `last_target`, `min_healthy`, `last_weight`.
    public var code: String
    /// Of an order that would take too much out of service: how many targets must be in service ...
    public var required: Int?
    /// ... and which are.
    public var inService: [String]?

    enum CodingKeys: String, CodingKey {
        case title, status, detail, code, required
        case inService = "in_service"
    }

    init(_ status: HTTPResponse.Status, _ code: String, _ detail: String) {
        title = status.reasonPhrase
        self.status = status.code
        self.code = code
        self.detail = detail
    }

    init(_ error: OperatorError) {
        switch error {
        case .noPool: self.init(.notFound, "no_pool", "\(error)")
        case .noTarget: self.init(.notFound, "no_target", "\(error)")
        case .noWindow: self.init(.notFound, "no_window", "\(error)")
        case .invalid: self.init(.badRequest, "bad_request", "\(error)")
        case .conflict: self.init(.conflict, "conflict", "\(error)")
        case .nothingToRestore: self.init(.conflict, "nothing_to_restore", "\(error)")
        case .refused(let obstacle):
            self.init(.conflict, obstacle.rule.rawValue, "\(error)")
            required = obstacle.required
            inService = obstacle.inService
        }
    }

    var response: Response {
        var response = Response.json(self, status: HTTPResponse.Status(code: status))
        response.headers[.contentType] = "application/problem+json"
        return response
    }
}

extension Response {
    /// What `body` makes, or the problem that it has.
    static func orProblem(_ body: () async throws -> Response) async throws -> Response {
        do {
            return try await body()
        } catch let problem as Problem {
            return problem.response
        } catch let error as OperatorError {
            return Problem(error).response
        }
    }
}
