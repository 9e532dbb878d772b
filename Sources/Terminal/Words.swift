// Numbers and times in words.

public import HealthChecks

/// `1 zone`, `2 zones`.
func counted(_ number: Int, _ noun: String) -> String { "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")" }

/// `12,345`.
func grouped(_ number: Int) -> String {
    let digits = Array(String(number.magnitude))
    var text = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index) % 3 == 0 { text += "," }
        text.append(digit)
    }
    return text
}

/// `90 s`, `12 min`, `3 h`, `2 days`: how long something has lasted.
public func spokenAge(_ seconds: Int) -> String {
    switch seconds {
    case ..<0: "0 s"
    case ..<120: "\(seconds) s"
    case ..<7_200: "\(seconds / 60) min"
    case ..<172_800: "\(seconds / 3_600) h"
    default: "\(seconds / 86_400) days"
    }
}

extension Timestamp {
    /// How long ago what the API says was; as it stands where that is no time.
    public func age(of text: String) -> String {
        guard let time = Timestamp(text) else { return text }
        return spokenAge(Int((milliseconds - time.milliseconds) / 1000))
    }
}
