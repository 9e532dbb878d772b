// Explains answers of now and of the past: by what is served, and by what was known of the pools.

import Admin
import DNSCore
import HealthChecks
import Synchronization
import ZoneFiles

struct Explainer: Sendable {
    let state: Published<ServingState>
    let monitor: HealthMonitor
    let reloader: Reloader

    func explain(_ request: ExplainRequest) throws(ExplainProblem) -> ExplainReport {
        let question = try ExplainedQuestion(request)
        let now = Timestamp.now
        var time = now
        if let text = request.at {
            guard let past = PastTime.read(text, now: now) else {
                throw .badRequest("at=\(text) is no time of the past; write \(PastTime.examples)")
            }
            time = past
        }
        let isPast = request.at != nil
        var (explanation, notes) = isPast ? try ofPast(question, time) : (ofNow(question, now), [])
        if explanation.isDenied { notes.append("the access list of triagedns.yaml denies this client an answer") }
        let answer = AnswerReport(explanation)
        if answer.isOneOfSeveral { notes.append(Self.severalNote(isPast: isPast)) }
        return ExplainReport(
            name: "\(question.name)", type: question.type.name, client: ExplainedClient(question),
            time: "\(time)", isPast: isPast,
            notes: notes, steps: explanation.steps.map(\.named), pools: explanation.pools, answer: answer)
    }

    /// By what is served at this moment.
    private func ofNow(_ question: ExplainedQuestion, _ now: Timestamp) -> AnswerExplanation {
        let served = state.current
        var explanation = DNSCore.explain(question, served.image.image, served.health, served.pools, now: now.seconds)
        let moments = Dictionary(monitor.moments().map { ($0.pool, $0) }, uniquingKeysWith: { first, _ in first })
        for index in explanation.pools.indices {
            if let moment = moments[explanation.pools[index].name] { explanation.pools[index].annotate(moment) }
        }
        return explanation
    }

    /// By the zones of now, and what was known of the pools then.
    private func ofPast(
        _ question: ExplainedQuestion, _ time: Timestamp
    ) throws(ExplainProblem) -> (AnswerExplanation, notes: [String]) {
        let served = state.current
        let world = PastWorld(served.pools, monitor.history, at: time)
        var explanation = DNSCore.explain(
            question, served.image.image, HealthSnapshot(world.pools), world.pools, now: time.seconds)
        let names = explanation.pools.map(\.name)
        try world.requireKnown(names)
        world.annotate(&explanation.pools)
        return (explanation, world.notes(on: names) + zoneNotes(explanation, time))
    }

    private static func severalNote(isPast: Bool) -> String {
        isPast
            ? "whose turn it was then is not known: the answer was one of those that the choices allow"
            : "the answer is one of those that the choices allow; which, is a matter of turns"
    }

    /// What has been read anew since.
    private func zoneNotes(_ explanation: AnswerExplanation, _ past: Timestamp) -> [String] {
        let zones = reloader.current.withLock { $0.project.zones }
        let names = Set(explanation.steps.compactMap(\.zone))
        return zones.compactMap { zone in
            guard let apex = zone.zone?.apex, names.contains("\(apex)"), zone.loaded * 1000 > Double(past.milliseconds)
            else { return nil }
            let loaded = Timestamp(milliseconds: Int64(zone.loaded * 1000))
            return "zone \(apex) was loaded at \(loaded), after that time: zone data as of now, health as of then"
        }
    }
}

extension ExplainedQuestion {
    /// Reads what a person has written.
    fileprivate init(_ request: ExplainRequest) throws(ExplainProblem) {
        let name: DomainName
        do throws(NameError) {
            name = try DomainName(request.name)
        } catch {
            throw .badRequest("name=\(request.name): \(error)")
        }
        guard let type = RecordType(named: request.type) else {
            throw .badRequest("type=\(request.type) is no record type; write A, AAAA, SRV or another one")
        }
        guard let client = request.client else {
            self.init(name: name, type: type, client: .v4(0x7f00_0001))
            return
        }
        guard let prefix = AddressPrefix(client) else {
            throw .badRequest(
                "client=\(client) must be an address such as 10.1.2.3, or a network such as 10.1.2.0/24 with no bits "
                    + "set after the prefix")
        }
        self.init(name: name, type: type, client: prefix.address, subnet: client.contains("/") ? prefix : nil)
    }
}

extension ExplainedClient {
    fileprivate init(_ question: ExplainedQuestion) {
        if let subnet = question.subnet {
            self.init(network: "\(subnet.address)/\(subnet.length)", source: .clientSubnet)
        } else {
            self.init(network: "\(question.client)", source: .address)
        }
    }
}

extension AnswerReport {
    fileprivate init(_ explanation: AnswerExplanation) {
        let text = MessageText(explanation.message)
        let choices = explanation.pools.first?.choices ?? []
        self.init(
            code: text?.code, flags: text?.flags ?? [], records: text?.answer ?? [], authority: text?.authority ?? [],
            additional: text?.additional ?? [], error: explanation.error, subnetScope: explanation.subnetScope,
            isOneOfSeveral: choices.contains { 0 < $0.share && $0.share < 1 })
    }
}

extension StepExplanation {
    /// With the names of types.
    fileprivate var named: StepExplanation {
        var step = self
        step.types = types.map { type in
            UInt16(type.dropFirst(4)).map { RecordType(rawValue: $0).name } ?? type
        }
        return step
    }
}

extension Timestamp {
    /// Since 1970, as cookies and rate limits count them.
    fileprivate var seconds: UInt32 { UInt32(clamping: milliseconds / 1000) }
}
