// GET /v1/explain: what is answered to a question, or was, and why.

import AdminRequests
import HTTPTypes
import Hummingbird

extension AdminServer {
    /// `?name=NAME&type=TYPE&client=ADDRESS|PREFIX&at=TIME`: an `ExplainReport`, or its text for those who accept that and
    /// not JSON, as browsers do.
    func addExplain(to routes: inout RouteList) {
        routes.get("/v1/explain") { [source] request, _ in
            let parameters = try request.parameters("name", "type", "client", "at")
            guard let name = parameters.text("name"), !name.isEmpty else {
                throw RequestError("write name=NAME, and if need be type=, client= and at=")
            }
            var question = ExplainRequest(name: name)
            if let type = parameters.text("type") { question.type = type }
            question.client = parameters.text("client")
            question.at = parameters.text("at")
            let report = try source.explain(question)
            let accepted = request.headers[.accept] ?? ""
            return accepted.contains("text/") && !accepted.contains("json")
                ? .text(ExplainText(report).text + "\n") : try .json(report)
        }
    }
}
