// Durations as people write them, in files, requests and on the command line.

extension Duration {
    /// Reads `500ms`, `10s`, `5min`, `2h` or `30d`: whole numbers up to 999,999,999.
    package init?(text: some StringProtocol) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty, digits.count <= 9, let amount = Int64(digits) else { return nil }
        switch text.dropFirst(digits.count) {
        case "ms": self = .milliseconds(amount)
        case "s": self = .seconds(amount)
        case "min": self = .seconds(amount * 60)
        case "h": self = .seconds(amount * 3_600)
        case "d": self = .seconds(amount * 86_400)
        default: return nil
        }
    }
}
