// The configuration that is in force, as triagedns.yaml would have it: defaults filled in, secrets left out.

public import Checks
internal import DNSCore

extension ServerConfiguration {
    /// Everything; a key without a value and without a default is left out.
    public var shown: ShownValue {
        ShownValue([
            "server": server.shown,
            "prober": prober.shown,
            "checks": .mapping(namedChecks.map { .init($0.name, $0.shown) }),
            "pools": .mapping(pools.map { .init($0.definition.name, $0.shown) }),
            "notify": .mapping(notify.map { .init($0.name, $0.shown) }),
        ])
    }

    /// Where pools and targets are written: `pools.orthanc.targets.a` and the line, from 1.
    public var lines: [(path: String, line: Int)] {
        pools.flatMap { pool in
            let path = "pools.\(pool.definition.name)"
            let targets = pool.definition.targets.compactMap { target in
                pool.targetLines[target.name].map { ("\(path).targets.\(target.name)", $0) }
            }
            return [(path, pool.line)] + targets
        }
    }

    /// Each once, in the order in which pools name them, but those that a profile stands for.
    private var namedChecks: [CheckDefinition] {
        var seen: Set<String> = []
        return pools.flatMap { pool in
            pool.checks.dropFirst(pool.usesProfile ? orthancProfile.count : 0)
                + pool.definition.targets.flatMap { pool.targetProbing[$0.name]?.checks ?? [] }
        }.filter { seen.insert($0.name).inserted }
    }
}

extension ConfiguredPool {
    /// Whether its first checks are those of `profile: orthanc`.
    var usesProfile: Bool { checks.starts(with: orthancProfile) }
}

extension ProberSettings {
    fileprivate var shown: ShownValue {
        ShownValue(["references": .texts(references), "freeze": .duration(freeze)])
    }
}

extension NotificationChannel {
    fileprivate var shown: ShownValue {
        let ends = ShownValue([
            "on": .texts(subjects.map(\.rawValue).sorted()),
            "pools": pools.map { .texts($0.sorted()) },
            "timeout": .duration(timeout),
            "retry_for": .duration(retryFor > .zero ? retryFor : nil),
            "digest": .duration(digest),
        ]).entries
        return .mapping(receiver.shown.entries + ends)
    }
}

extension NotificationChannel.Receiver {
    fileprivate var shown: ShownValue {
        switch self {
        case .webhook(let webhook):
            ShownValue([
                "webhook": .text(Secrets.masked(webhook: webhook.url)),
                "secret_file": webhook.secrets.isEmpty ? nil : .secret,
                "ca_file": webhook.authorityFile.map { .text($0) },
                "proxy": webhook.proxy.map { .text("\($0.host):\($0.port)") },
            ])
        case .program(let path, let arguments):
            ShownValue(["exec": .texts([path] + Secrets.masked(arguments: arguments))])
        }
    }
}
