// What operators order: POST /v1/pools/POOL/targets/TARGET/VERB, and GET /v1/overrides.

import DNSCore
import Foundation
import HTTPTypes
import HealthChecks
import Hummingbird

extension AdminServer {
    private typealias MakeOrder = @Sendable (OrderBody, AdminContext) throws -> OperatorOrder

    /// 200 and a `TargetReport` (201 for a new window); else a `Problem`: 400 for what cannot be understood, 403 for
    /// who may only read, 404 if there is no such pool, target or window, 409 for what does not fit
    /// what was ordered before, or would take too much out of service.
    func addOrders(to router: Router<AdminContext>) {
        add("drain", to: router) { body, _ in try body.order(.drain) }
        add("undrain", to: router) { body, _ in try body.order(.undrain) }
        add("clear", to: router) { body, _ in try body.order(.clear) }
        add("restore", to: router) { body, _ in try body.order(.restore) }
        add("force", keys: ["state"], to: router) { body, _ in
            switch try body.requiredText("state", #"{"state": "up"}, "down" or "off""#) {
            case "up": try body.order(.force(up: true))
            case "down": try body.order(.force(up: false))
            case "off": try body.order(.unforce)
            default: throw Problem(.badRequest, "bad_request", "state must be up, down or off")
            }
        }
        add("weight", keys: ["weight"], to: router) { body, _ in try body.order(.weight(body.weight())) }
        add("maintenance", keys: ["from", "until"], status: .created, to: router) { body, _ in
            let now = Timestamp.now
            let from = try body.text("from").map { text in try body.time(text, "from", after: now) } ?? now
            let until = try body.requiredText(
                "until", #"{"until": "2h"}, or a time such as "\#(now + .seconds(7200))""#)
            return try body.order(.maintenance(from: from, until: body.time(until, "until", after: from)))
        }
        add("maintenance/{window}/end", to: router) { body, context in
            let text = try context.parameters.require("window")
            guard let id = Int(text) else { throw Problem(.notFound, "no_window", "\(text) is no number of a window") }
            return try body.order(.endMaintenance(id: id))
        }
        router.get("/v1/pools/{pool}/targets/{target}") { [source] _, context in
            try await Response.orProblem {
                let key = TargetKey(pool: try context.name("pool"), target: try context.name("target"))
                let report = TargetReport(key, pools: source.pools())
                guard report.answers != nil else { throw OperatorError.noPool(key.pool) }
                guard report.target != nil else { throw OperatorError.noTarget(key.target, pool: key.pool) }
                return Response.json(report)
            }
        }
        router.get("/v1/overrides") { [source] _, _ in
            Response.json(OverridesReport(source.orders(), pools: source.pools()))
        }
    }

    private func add(
        _ verb: String, keys: Set<String> = [], status: HTTPResponse.Status = .ok, to router: Router<AdminContext>,
        _ order: @escaping MakeOrder
    ) {
        let path = "/v1/pools/{pool}/targets/{target}/\(verb)"
        router.on(RouterPath(path), method: .post) { [source] request, context in
            try await Response.orProblem {
                let body = try OrderBody(await request.body.collect(upTo: OrderBody.longest), keys: keys)
                let key = TargetKey(pool: try context.name("pool"), target: try context.name("target"))
                let outcome = try await source.perform(order(body, context).by(context.caller), key)
                return Response.json(TargetReport(key, outcome, pools: source.pools()), status: status)
            }
        }
        for method in [HTTPRequest.Method.get, .put, .patch, .delete] {
            router.on(RouterPath(path), method: method) { _, _ in
                var response = Problem(.methodNotAllowed, "bad_request", "write curl -X POST").response
                response.headers[.allow] = "POST"
                return response
            }
        }
    }
}

extension AdminContext {
    /// A part of the path, decoded.
    fileprivate func name(_ parameter: String) throws -> String {
        let text = try parameters.require(parameter)
        return text.removingPercentEncoding ?? text
    }
}

extension OperatorOrder {
    /// With the name of the token that it came with, beside whoever the order itself says.
    fileprivate func by(_ caller: Caller?) -> OperatorOrder {
        // The token of this machine's commands is nobody's: they say who they are run by.
        guard let caller, caller.name != LocalCaller.name else { return self }
        var order = self
        order.by = by.map { $0 == caller.name ? $0 : "\($0) (token \(caller.name))" } ?? caller.name
        return order
    }
}
