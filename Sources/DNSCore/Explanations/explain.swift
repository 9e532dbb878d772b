// Explains an answer by giving it: `answerQuery` itself writes it, in a rehearsal that takes no turn away from anybody.
// Then each name of it is looked up as `resolve` has, and each pool planned as its health snapshot was.

/// How the answer to a question comes about.
/// - Parameters:
///   - health: what `pools` answer with.
///   - pools: those that the zones of `image` were numbered for.
///   - now: seconds since 1970.
public func explain(
    _ question: ExplainedQuestion, _ image: borrowing ServingImage, _ health: borrowing HealthSnapshot,
    _ pools: [ServedPool], now: UInt32
) -> AnswerExplanation {
    var explanation = AnswerExplanation()
    var scratch = Scratch(seed: UInt64.random(in: 0...UInt64.max), isRehearsal: true)
    scratch.now = now
    let query = question.message
    var summary = AnswerSummary()
    explanation.message = [UInt8](capacity: 65_535) { response in
        summary = answerQuery(
            query.span, from: Client(question.client, over: .udp), image, health: health, using: &scratch,
            into: &response)
    }
    if summary.outcome == .denied {
        explanation.isDenied = true
        return explanation
    }
    let written = WrittenAnswer(explanation.message)
    explanation.error = written.error
    explanation.subnetScope = written.subnetScope
    var explainer = PoolExplainer(pools, asker: scratch.answering.steering.asker)
    for name in question.followsAliases ? written.chain(from: question.name) : [question.name] {
        let (step, use) = image.explain(name, question.type, pools)
        explanation.steps.append(step)
        if let use { explainer.explain(use, image, health) }
    }
    explanation.pools = explainer.explanations
    return explanation
}

extension ExplainedQuestion {
    /// The query: RD is set as dig sets it, and OPT as most resolvers have it.
    var message: [UInt8] {
        var options: [UInt8] = []
        if let subnet {
            let octets = subnet.address.octets.prefix((subnet.length + 7) / 8)
            options = [0, 8, 0, UInt8(4 + octets.count), 0, subnet.address.isV6 ? 2 : 1, UInt8(subnet.length), 0]
            options += octets
        }
        let header: [UInt8] = [0, 0, Header.recursionDesired, 0, 0, 1, 0, 0, 0, 0, 0, 1]
        let number = [UInt8(type.rawValue >> 8), UInt8(type.rawValue & 0xff)]
        // 1,232 octets.
        let opt: [UInt8] = [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, UInt8(options.count)]
        return header + name.wire + number + [0, 1] + opt + options
    }

    /// Whether a CNAME is not itself the answer.
    fileprivate var followsAliases: Bool { type != .cname && type != .any }
}

extension ServingImage {
    /// What there is for a name, and the pool that answers for it.
    borrowing func explain(
        _ name: DomainName, _ type: RecordType, _ pools: [ServedPool]
    ) -> (StepExplanation, PoolUse?) {
        var step = StepExplanation(name: "\(name)", finding: .elsewhere, types: [])
        var queryName = QueryName()
        queryName.set(name: name.wire)
        guard let number = zone(of: queryName, type) else { return (step, nil) }
        guard !isUnavailable(number) else {
            step.finding = .notLoaded
            return (step, nil)
        }
        step.zone = "\(zones[number].apex)"
        step.serial = zones[number].serial
        let use = self[number].explain(queryName, type, &step)
        if let use, pools.indices.contains(use.pool) {
            step.pool = pools[use.pool].definition.name
            step.timeToLive = use.timeToLive
        }
        return (step, use)
    }
}

extension ZoneContents {
    /// Fills in what is found, by the lookup that queries use.
    fileprivate func explain(
        _ name: borrowing QueryName, _ type: RecordType, _ step: inout StepExplanation
    ) -> PoolUse? {
        switch lookup(name, type) {
        case .node(let node):
            step.finding = .exact
            step.types = types(of: self.node(node))
            return poolUse(of: self.node(node), type)
        case .wildcard(let node):
            step.finding = .wildcard
            describe(node, &step)
            return poolUse(of: self.node(node), type)
        case .delegation(let node, _):
            step.finding = .delegation
            describe(node, &step)
        case .redirection(let node, _):
            step.finding = .redirection
            describe(node, &step)
        case .nameError: step.finding = .nameError
        }
        return nil
    }

    private func describe(_ node: Int, _ step: inout StepExplanation) {
        step.owner = "\(name(of: node))"
        step.types = types(of: self.node(node))
    }

    /// In lower case.
    private func name(of node: Int) -> DomainName {
        let words = Int(header(of: node).nameLength)
        let octets = (0..<words * 8).map { UInt8(truncatingIfNeeded: nameWord($0 / 8, of: node) >> UInt64($0 % 8 * 8)) }
        var end = 0
        while octets[end] != 0 { end += 1 + Int(octets[end]) }
        return DomainName(trusted: Array(octets[...end]))
    }

    private func types(of node: Node) -> [String] {
        var types: [String] = []
        for index in 0..<node.setCount {
            let type = set(index, of: node).type
            types.append(type == .pool ? "POOL" : "TYPE\(type.rawValue)")
        }
        return types
    }

    /// The pool that answers a type at a node.
    private func poolUse(of node: Node, _ type: RecordType) -> PoolUse? {
        if node.traits.contains(.hasPool), node.traits.contains(.hasHostPool) || type.isAnsweredByPools {
            let set = set(0, of: node)
            let kind: PoolUse.Kind = node.traits.contains(.hasHostPool) ? .hosts : .addresses(type)
            return PoolUse(pool: Int(set.start), timeToLive: set.timeToLive, kind: kind)
        }
        guard type != .pool, let set = set(of: node, type), set.isMade else { return nil }
        return PoolUse(
            pool: Int(references[Int(set.references) + MadeSet.pool]), timeToLive: set.timeToLive,
            kind: set.type == .srv ? .services : .hints)
    }
}
