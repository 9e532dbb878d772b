// GET /v1/explain: what is answered to a question, or was, and why.

import Hummingbird

extension AdminServer {
    /// `?name=NAME&type=TYPE&client=ADDRESS|PREFIX&at=TIME`: 200 with an `ExplainReport`; 400 for what is no question;
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
                return Response.json(try source.explain(question))
            } catch {
                switch error {
                case .badRequest(let text): return Response.text(text + "\n", status: .badRequest)
                case .notKept(let text): return Response.text(text + "\n", status: .notFound)
                }
            }
        }
    }
}
