// From what a request says to the order that it is.

import AdminRequests
import HealthChecks

extension OrderBody {
    func order(_ action: OperatorOrder.Action) throws(RequestError) -> OperatorOrder {
        OperatorOrder(action, reason: try text("reason"), by: try text("by"), isForced: try isForced())
    }

    /// - Parameter base: what a duration is counted from.
    func time(_ text: String, _ key: String, after base: Timestamp) throws(RequestError) -> Timestamp {
        guard let time = Timestamp(text, after: base) else {
            throw RequestError(
                "\(key) must be a time such as \(Timestamp.now) or a duration such as 30min or 2h, but is \(text)")
        }
        return time
    }
}
