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
}
