// Zones, and their records a page at a time.

import AdminRequests
import DNSCore
import Hummingbird

extension AdminServer {
    func addZones(to routes: inout RouteList) {
        routes.get("/v1/zones") { [source] request, _ in
            try .json(ZonesReport(zones: source.zones()), to: request)
        }
        routes.get("/v1/zones/{zone}") { [source] request, context in
            let name = try context.zone()
            guard let zone = source.zones().first(where: { $0.name == "\(name)" }) else {
                throw RecordsError.noZone(name)
            }
            return try .json(zone, to: request)
        }
        routes.get("/v1/zones/{zone}/records") { [source] request, context in
            var wanted = RecordsRequest(zone: try context.zone())
            let parameters = try request.parameters("after", "limit", "name", "type")
            wanted.limit = try parameters.number("limit", in: 1...RecordsRequest.maximumLimit) ?? wanted.limit
            wanted.type = parameters.text("type")
            if let text = parameters.text("name") { wanted.name = try Self.name(text, "name", origin: wanted.zone) }
            if let text = parameters.text("after") {
                guard let place = ZonePlace(text) else {
                    throw RequestError("after must be what `next` of the page before was; leave it out to begin")
                }
                wanted.after = place
            }
            return try .json(await source.records(wanted), to: request)
        }
    }

    /// A name that is completed with `origin` unless it ends with a dot, or with it already.
    private static func name(
        _ text: String, _ what: String, origin: DomainName = .root
    ) throws(RequestError) -> DomainName {
        do throws(NameError) {
            let whole = try DomainName(text)
            return whole.isAtOrBelow(origin) ? whole : try DomainName(text, origin: origin)
        } catch {
            throw RequestError("\(what): \(error)")
        }
    }
}

extension AdminContext {
    /// With or without the dot at its end.
    fileprivate func zone() throws -> DomainName {
        let text = try word("zone")
        do throws(NameError) { return try DomainName(text) } catch { throw RequestError("zone: \(error)") }
    }
}
