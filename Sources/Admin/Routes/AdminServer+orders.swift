// What operators order: POST /v1/pools/POOL/targets/TARGET/VERB; and GET /v1/overrides.

import AdminRequests
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
    func addOrders(to routes: inout RouteList) {
        add("drain", to: &routes) { body, _ in try body.order(.drain) }
        add("undrain", to: &routes) { body, _ in try body.order(.undrain) }
        add("clear", to: &routes) { body, _ in try body.order(.clear) }
        add("restore", to: &routes) { body, _ in try body.order(.restore) }
        add("force", keys: ["state"], to: &routes) { body, _ in
            switch try body.requiredText("state", #"{"state": "up"}, "down" or "off""#) {
            case "up": try body.order(.force(up: true))
            case "down": try body.order(.force(up: false))
            case "off": try body.order(.unforce)
            default: throw RequestError("state must be up, down or off")
            }
        }
        add("weight", keys: ["weight"], to: &routes) { body, _ in try body.order(.weight(body.weight())) }
        add("maintenance", keys: ["from", "until"], status: .created, to: &routes) { body, _ in
            let now = Timestamp.now
            let from = try body.text("from").map { text in try body.time(text, "from", after: now) } ?? now
            let until = try body.requiredText(
                "until", #"{"until": "2h"}, or a time such as "\#(now + .seconds(7200))""#)
            return try body.order(.maintenance(from: from, until: body.time(until, "until", after: from)))
        }
        add("maintenance/{window}/end", to: &routes) { body, context in
            let text = try context.word("window")
            guard let id = Int(text) else { throw Problem(.notFound, "no_window", "\(text) is no number of a window") }
            return try body.order(.endMaintenance(id: id))
        }
        routes.get("/v1/overrides") { [source] _, _ in
            try .json(OverridesReport(source.orders(), pools: source.pools()))
        }
    }

    private func add(
        _ verb: String, keys: Set<String> = [], status: HTTPResponse.Status = .ok, to routes: inout RouteList,
        _ order: @escaping MakeOrder
    ) {
        routes.post("/v1/pools/{pool}/targets/{target}/\(verb)") { [source] request, context in
            let content = try await request.content(upTo: OrderBody.longest)
            let body = try OrderBody(Data(content.readableBytesView), keys: keys)
            let key = TargetKey(pool: try context.word("pool"), target: try context.word("target"))
            let outcome = try await source.perform(order(body, context).by(context.caller), key)
            return try .json(TargetReport(key, outcome, pools: source.pools()), status: status)
        }
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
