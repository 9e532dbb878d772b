// Whole messages against several sets of zones: whatever comes in, what goes out keeps the rules of `AnswerRules`.
//
// Input: one octet that chooses the world, then the message.

import DNSCore
import FuzzSupport

@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe octets(start, count)
    guard let choice = input.first else { return InputUse.leftOut }
    let (world, isSteady) = unsafe worlds[Int(choice) % worlds.count]
    let message = Array(input.dropFirst())
    let short = world.check(message, over: .udp)
    let whole = world.check(message, over: .tcp)
    if isSteady {
        AnswerRules.compare(short, with: whole, to: message, maximumPayload: world.maximumPayload)
    }
    return InputUse.kept
}
