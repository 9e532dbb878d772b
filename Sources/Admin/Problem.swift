// Why a request is not followed, as a problem document (RFC 9457).

import AdminRequests
import HTTPTypes
import HealthChecks
import Hummingbird
import Logging

/// The body of a response with the status 400 or more. Its type is `about:blank`: `code` tells one from the other.
public struct Problem: Codable, Error, Sendable {
    /// What the status means.
    public var title: String
    /// The HTTP status.
    public var status: Int
    /// What is wrong here, and what to do instead.
    public var detail: String
    /// One of those in docs/api.md.
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

    var response: Response {
        let status = HTTPResponse.Status(code: status)
        return (try? Response.json(self, status: status, type: "application/problem+json")) ?? Response(status: status)
    }
}

extension Problem {
    /// Whatever went wrong.
    init(of error: any Error, _ logger: Logger) {
        switch error {
        case let problem as Problem: self = problem
        case let error as RequestError: self.init(.badRequest, "bad_request", error.description)
        case let error as OperatorError: self.init(error)
        case let error as ExplainProblem: self.init(error)
        case let error as RecordsError: self.init(error)
        case let error as any HTTPResponseError: self.init(error)
        default:
            logger.error("a request could not be answered: \(error)")
            self.init(.internalServerError, "internal", "something went wrong here; the server's log says what")
        }
    }

    private init(_ error: OperatorError) {
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

    private init(_ error: ExplainProblem) {
        switch error {
        case .badRequest: self.init(.badRequest, "bad_request", "\(error)")
        case .notKept: self.init(.notFound, "not_kept", "\(error)")
        }
    }

    private init(_ error: RecordsError) {
        switch error {
        case .noZone: self.init(.notFound, "no_zone", "\(error)")
        case .notLoaded: self.init(.conflict, "not_loaded", "\(error)")
        case .badRequest: self.init(.badRequest, "bad_request", "\(error)")
        }
    }

    private init(_ error: any HTTPResponseError) {
        switch error.status {
        case .contentTooLarge: self.init(error.status, "too_long", "the body is too long")
        default:
            let text = (error as? HTTPError)?.body ?? error.status.reasonPhrase
            self.init(error.status, error.status == .badRequest ? "bad_request" : "http_\(error.status.code)", text)
        }
    }
}
