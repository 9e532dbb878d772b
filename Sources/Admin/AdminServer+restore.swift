// POST /v1/pools/POOL/targets/TARGET/restore: lets a target serve again that the pool's `failback` keeps out.

import DNSCore
import HealthChecks
import Hummingbird

extension AdminServer {
    /// 200 with the pool as it is then; 404 if there is no such pool or target; 409 if nothing keeps it out; 403 to
    /// others than this machine's programs.
    func addRestore(to router: Router<AdminContext>) {
        router.post("/v1/pools/{pool}/targets/{target}/restore") { [source] request, context in
            if let problem = ChangeGuard.problem(
                peer: context.peer, host: request.head.authority, headers: request.headers)
            {
                return Response.text(problem + "\n", status: .forbidden)
            }
            let pool = try context.parameters.require("pool")
            let target = try context.parameters.require("target")
            do throws(OperatorError) {
                _ = try await source.perform(OperatorOrder(.restore), TargetKey(pool: pool, target: target))
            } catch {
                if case .nothingToRestore = error { return Response.text("\(error)\n", status: .conflict) }
                return Response.text("\(error)\n", status: .notFound)
            }
            guard let report = source.pools().first(where: { $0.name == pool }) else {
                return Response.text("there is no pool \(pool)\n", status: .notFound)
            }
            return Response.json(report)
        }
    }
}
