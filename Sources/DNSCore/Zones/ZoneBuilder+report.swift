// What is told of a zone: at most 100 findings of a kind, so that a wrong file of a million lines gives a readable
// answer.

extension ZoneBuilder {
    /// What a finding is about. Each topic has a limit of its own: many of one do not hide the few of another.
    enum Topic: Int, CaseIterable {
        case error, repetition, timeToLive, target, glue, unreachable, wildcard

        static var maximum: Int { 100 }

        /// What the findings that are not told speak of.
        var plural: String {
            switch self {
            case .error: "errors"
            case .repetition: "repeated records"
            case .timeToLive: "sets with different or too long TTLs"
            case .target: "records that point at the wrong name"
            case .glue: "name servers without address"
            case .unreachable: "records that are never answered"
            case .wildcard: "findings about wildcards"
            }
        }
    }

    /// How many findings there are of each topic, and where the first is that is not told.
    struct Counts {
        private var counts = [Int](repeating: 0, count: Topic.allCases.count)
        private var firstLeftOut = [SourcePlace?](repeating: nil, count: Topic.allCases.count)

        /// Counts one.
        /// - Returns: whether it is to be told.
        mutating func admit(_ topic: Topic, at place: SourcePlace) -> Bool {
            counts[topic.rawValue] += 1
            if counts[topic.rawValue] == Topic.maximum + 1 { firstLeftOut[topic.rawValue] = place }
            return counts[topic.rawValue] <= Topic.maximum
        }

        /// The topics of which some were left out.
        var leftOut: [(topic: Topic, count: Int, place: SourcePlace)] {
            Topic.allCases.compactMap { topic in
                firstLeftOut[topic.rawValue].map { (topic, counts[topic.rawValue] - Topic.maximum, $0) }
            }
        }
    }

    mutating func report(_ place: SourcePlace, _ message: String) {
        if counts.admit(.error, at: place) { add(.error, place, message) }
    }

    /// Reports a warning. The text is made only if it is told: where a million records are wrong, it would cost seconds.
    mutating func warn(
        _ topic: Topic, _ place: SourcePlace, _ message: (borrowing ZoneBuilder) -> String
    ) {
        if counts.admit(topic, at: place) { add(.warning, place, message(self)) }
    }

    /// Says how many findings were left out.
    mutating func reportLeftOut() {
        for (topic, count, place) in counts.leftOut {
            add(
                topic == .error ? .error : .warning, place,
                "… and \(count) more \(topic.plural), the first of them here")
        }
    }

    private mutating func add(_ severity: Diagnostic.Severity, _ place: SourcePlace, _ message: String) {
        diagnostics.append(Diagnostic(severity, file: files[Int(place.file)], line: Int(place.line), message))
    }

    /// A name of the zone as messages print it.
    func ownerText(_ node: Int) -> String { DomainName(trusted: names.wire(of: node)).description }
}
