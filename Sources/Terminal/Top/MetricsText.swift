// Reads what Prometheus would (text format 0.0.4), as far as `top` needs it.

public struct MetricsText: Sendable {
    public struct Sample: Sendable, Hashable {
        public var name: String
        public var labels: [String: String]
        public var value: Double
    }

    /// In their order; what cannot be read is left out.
    public let samples: [Sample]

    public init(_ text: String) {
        samples = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap(Self.sample)
    }

    /// What was answered since the start, added up over what else the series tell apart.
    public var answers: AnswerCounts {
        var counts = AnswerCounts()
        for sample in samples {
            let value = UInt64(max(0, sample.value))
            switch sample.name {
            case "triagedns_responses_total":
                counts.byTransport[sample.labels["transport"] ?? "", default: 0] += value
                counts.byCode[sample.labels["rcode"] ?? "", default: 0] += value
            case "triagedns_dropped_messages_total": counts.dropped += value
            default: break
            }
        }
        return counts
    }

    private static func sample(_ line: Substring) -> Sample? {
        guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]),
            value.isFinite
        else { return nil }
        let series = line[..<space]
        guard let open = series.firstIndex(of: "{"), series.last == "}" else {
            return Sample(name: String(series), labels: [:], value: value)
        }
        let list = series[series.index(after: open)...].dropLast()
        return Sample(name: String(series[..<open]), labels: labels(list), value: value)
    }

    /// `name="value",…`, with `\\`, `\"` and `\n` in values.
    private static func labels(_ list: Substring) -> [String: String] {
        var labels: [String: String] = [:]
        var rest = list
        while let equals = rest.firstIndex(of: "=") {
            let name = String(rest[..<equals])
            rest = rest[rest.index(after: equals)...].dropFirst()
            var value = ""
            while let character = rest.popFirst(), character != "\"" {
                guard character == "\\", let escaped = rest.popFirst() else {
                    value.append(character)
                    continue
                }
                value.append(escaped == "n" ? "\n" : escaped)
            }
            labels[name] = value
            if rest.first == "," { rest = rest.dropFirst() }
        }
        return labels
    }
}
