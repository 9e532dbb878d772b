// POST /v1/reload: reads the directory again and says what has changed.

import HTTPTypes
import Hummingbird

extension AdminServer {
    /// 200 and a `ReloadReport`; 422 and the same if nothing was changed.
    func addReload(to router: Router<AdminContext>) {
        router.post("/v1/reload") { [source] _, _ in
            try await Response.orProblem {
                let report = await source.reload()
                return Response.json(report, status: report.result == .refused ? .unprocessableContent : .ok)
            }
        }
        for method in [HTTPRequest.Method.get, .head, .put, .patch, .delete, .options] {
            router.on("/v1/reload", method: method) { _, _ in
                var response = Response.text("write curl -X POST\n", status: .methodNotAllowed)
                response.headers[.allow] = "POST"
                return response
            }
        }
    }
}
