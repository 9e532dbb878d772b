// POST /v1/reload: reads the directory again and says what has changed.

import HTTPTypes
import Hummingbird

extension AdminServer {
    /// 200 and a `ReloadReport`; 422 and the same if nothing was changed.
    func addReload(to routes: inout RouteList) {
        routes.post("/v1/reload") { [source] _, _ in
            let report = await source.reload()
            return try .json(report, status: report.result == .refused ? .unprocessableContent : .ok)
        }
    }
}
