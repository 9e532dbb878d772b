// What is known of a request beside itself.

import DNSCore
import Hummingbird
import NIOCore

struct AdminContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let peer: IPAddress?
    /// Filled in by `AccessMiddleware`; nil where everybody may go.
    var caller: Caller?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        peer = source.channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
    }

    var canOperate: Bool { caller?.role == .operate }
}
