// What every fuzz target needs: its input as octets, and a way to say that a rule is broken.

/// The octets that libFuzzer hands over.
package func octets(_ start: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
    unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
}

/// What a target returns for an input: libFuzzer keeps it if it led somewhere new, or leaves it out whatever it did.
package enum InputUse {
    package static let kept: CInt = 0
    package static let leftOut: CInt = -1
}

/// Stops the run, and so makes the input a finding, unless a rule holds. `precondition` would not print its text.
package func demand(
    _ isTrue: Bool, _ rule: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) {
    if !isTrue { fatalError(rule(), file: file, line: line) }
}

/// Octets as `0a1b`, for findings.
package func hex(_ octets: some Sequence<UInt8>) -> String {
    octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
