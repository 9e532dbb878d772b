// How many files and sockets this process may have open.

import Glibc

enum DescriptorLimit {
    /// Raises the limit as far as it goes without privileges: the low default is for programs that use select(2).
    /// - Returns: the limit from now on.
    static func raise() -> Int {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard unsafe getrlimit(resource, &limit) == 0 else { return 1024 }
        let former = limit.rlim_cur
        limit.rlim_cur = limit.rlim_max
        if unsafe setrlimit(resource, &limit) != 0 { limit.rlim_cur = former }
        return Int(clamping: limit.rlim_cur)
    }

    /// How many of `limit` files TCP clients may take up: what probes and the rest of the program leave.
    static func connections(of limit: Int, beside probes: Int) -> Int {
        max(limit / 4, limit - probes - ownFiles)
    }

    /// Listening sockets, UDP workers, the admin endpoint and its clients, zone files while they are read, and connections
    /// that are about to be closed.
    private static let ownFiles = 256
}
