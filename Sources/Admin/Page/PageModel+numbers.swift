// Numbers as people read them.

import Foundation

extension Double {
    /// `12.3 ms`, `1.25 s`.
    var latencyText: String {
        switch self {
        case ..<10: "\(rounded(to: 100)) ms"
        case ..<1000: "\(rounded(to: 10)) ms"
        default: "\((self / 1000).rounded(to: 100)) s"
        }
    }

    func rounded(to fraction: Double) -> Double { (self * fraction).rounded() / fraction }

    /// For coordinates: two places.
    var coordinate: String { "\(rounded(to: 100))" }
}

extension BinaryInteger {
    /// `1,234`, and from a million on `1.2 M`.
    var countText: String {
        let value = Double(self)
        switch value {
        case ..<1e6: return Int(value).formatted(.number.locale(Locale(identifier: "en_US")))
        case ..<1e9: return "\((value / 1e6).rounded(to: 10)) M"
        default: return "\((value / 1e9).rounded(to: 10)) G"
        }
    }
}

extension TimeInterval {
    /// `3 d 4 h`, `12 min`, `8 s`.
    var durationText: String {
        let seconds = Int(self)
        switch seconds {
        case ..<60: return "\(max(0, seconds)) s"
        case ..<3600: return "\(seconds / 60) min"
        case ..<86_400: return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
        default: return "\(seconds / 86_400) d \(seconds % 86_400 / 3600) h"
        }
    }
}
