// GET /v1/explain: what is answered to a question, or was, and why.

import HTTPTypes
import Hummingbird

extension AdminServer {
    /// `?name=NAME&type=TYPE&client=ADDRESS|PREFIX&at=TIME`: 200 with an `ExplainReport`, or
    /// with its text for those who accept that and not JSON, as browsers do; 400 for what is no question;
    /// 404 for a time of which nothing is kept.
    func addExplain(to router: Router<AdminContext>) {
        router.get("/v1/explain") { [source] request, _ in
            let parameters = request.uri.queryParameters
            guard let name = parameters["name"], !name.isEmpty else {
                return Response.text("write name=NAME, and if need be type=, client= and at=\n", status: .badRequest)
            }
            var question = ExplainRequest(name: String(name))
            if let type = parameters["type"] { question.type = String(type) }
            question.client = parameters["client"].map(String.init)
            question.at = parameters["at"].map(String.init)
            do throws(ExplainProblem) {
                let report = try source.explain(question)
                let accepted = request.headers[.accept] ?? ""
                return accepted.contains("text/") && !accepted.contains("json")
                    ? Response.text(ExplainText(report).text + "\n") : Response.json(report)
            } catch {
                switch error {
                case .badRequest(let text): return Response.text(text + "\n", status: .badRequest)
                case .notKept(let text): return Response.text(text + "\n", status: .notFound)
                }
            }
        }
    }
}
