// swift-tools-version: 6.3
import PackageDescription

/// Every target is built with the same strictness: a warning is an error, an unsafe use says `unsafe`.
let strict: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// The release binary carries the Swift libraries: it runs where Swift is not installed, and needs less memory than with
/// shared ones of its own. The libraries after -static-stdlib are those that Foundation's own consist of. Without
/// --no-export-dynamic each of their functions would be kept, to be found by name at run time. lld keeps what describes
/// the code apart from the code itself, so that less of both is in memory.
let selfContained: [LinkerSetting] = [
    .unsafeFlags(
        [
            "-static-stdlib", "-lCoreFoundation", "-l_FoundationICU", "-l_FoundationCShims", "-l_FoundationCollections",
            "-Xlinker", "--no-export-dynamic", "-use-ld=lld",
        ],
        .when(platforms: [.linux], configuration: .release))
]

func nio(_ product: String) -> Target.Dependency { .product(name: product, package: "swift-nio") }

let package = Package(
    name: "TriageDNS",
    products: [
        .executable(name: "triagedns", targets: ["triagedns"]),
        // For Benchmarks/Micro, which is a package of its own.
        .library(name: "DNSCore", targets: ["DNSCore"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.3.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        // Everything that a query touches. Pure: no I/O, no Foundation, no dependency.
        .target(
            name: "DNSCore",
            swiftSettings: strict + [.define("CHECK_NO_LOCKS", .when(configuration: .release))]),

        // Master files -> records -> zone.
        .target(name: "ZoneFiles", dependencies: ["DNSCore", "CLDNS"], swiftSettings: strict),

        // triagedns.yaml -> one validated value.
        .target(
            name: "ServerConfiguration",
            dependencies: ["DNSCore", "Checks", "Resolving", .product(name: "Yams", package: "Yams")],
            swiftSettings: strict),

        // The units of the DICOM upper layer and C-ECHO, as octets. Pure.
        .target(name: "DICOM", swiftSettings: strict),

        // What a check is, what a probe says and what it saw. Pure: no I/O.
        .target(name: "Checks", dependencies: ["DICOM", "DNSCore"], swiftSettings: strict),

        // Host names -> addresses: a stub resolver.
        .target(
            name: "Resolving", dependencies: ["DNSCore", nio("NIOCore"), nio("NIOPosix")], swiftSettings: strict),

        // Probes -> state machine -> new health snapshot.
        .target(
            name: "HealthChecks",
            dependencies: [
                "DNSCore", "Checks", "Resolving", nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"), nio("NIOTLS"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),

        // Events -> messages to people and programs.
        .target(
            name: "Notifications",
            dependencies: [
                "CLinuxSockets", "DNSCore", "HealthChecks", "ServerConfiguration", nio("NIOCore"), nio("NIOHTTP1"),
                nio("NIOPosix"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),

        // A small stand-in for one Orthanc instance: DICOM C-ECHO and HTTPS.
        .target(
            name: "StandIn",
            dependencies: [
                "DNSCore", "DICOM", "HealthChecks", nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),

        // UDP workers, AF_XDP workers, TCP listener.
        .target(
            name: "Listeners",
            dependencies: [
                "DNSCore", "CLinuxSockets", "CXDP", nio("NIOConcurrencyHelpers"), nio("NIOCore"), nio("NIOPosix"),
            ],
            swiftSettings: strict),

        // What workers were asked and have answered -> dnstap.
        .target(
            name: "QueryLog",
            dependencies: ["DNSCore", "Listeners", .product(name: "Logging", package: "swift-log")],
            swiftSettings: strict),

        // What HTTP requests say: read, not yet followed. Pure.
        .target(name: "AdminRequests", dependencies: ["DNSCore"], swiftSettings: strict),

        // HTTP API and metrics.
        .target(
            name: "Admin",
            dependencies: [
                "AdminRequests", "Checks", "DNSCore", "HealthChecks", nio("NIOConcurrencyHelpers"), nio("NIOCore"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [.embedInCode("Page/Templates"), .embedInCode("Page/Assets"), .embedInCode("openapi.yaml")],
            swiftSettings: strict),

        // Lines, tables and colours for a terminal, and the pictures of `top`. Pure: no I/O.
        .target(name: "Terminal", dependencies: ["Admin", "Checks", "DNSCore", "HealthChecks"], swiftSettings: strict),

        // What survives a restart: events, states and orders in one SQLite file.
        .target(
            name: "StateStore",
            dependencies: [
                "DNSCore", "HealthChecks",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),

        // Arguments and wiring: the only place that knows everyone.
        .executableTarget(
            name: "triagedns",
            dependencies: [
                "CLinuxSockets", "DNSCore", "ZoneFiles", "ServerConfiguration", "Checks", "Resolving", "HealthChecks",
                "StandIn", "Listeners", "QueryLog", "StateStore", "Notifications", "Admin", "Terminal",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
                nio("NIOCore"), nio("NIOHTTP1"), nio("NIOPosix"),
            ],
            swiftSettings: strict, linkerSettings: selfContained),

        .target(name: "CLinuxSockets"),
        .target(name: "CXDP"),
        .systemLibrary(name: "CLDNS", pkgConfig: "ldns", providers: [.apt(["libldns-dev"])]),

        // The query path's budgets, counted: a plain program, as the test runner allocates beside it.
        .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
        .executableTarget(
            name: "QueryBudget", dependencies: ["CAllocationCounter", "DNSCore", "Listeners"],
            path: "Tests/QueryBudget", swiftSettings: strict),

        // The listeners under load while everything changes, for the thread sanitizer.
        .executableTarget(
            name: "RaceCheck", dependencies: ["DNSCore", "Listeners", "TestSupport"], path: "Tests/RaceCheck",
            swiftSettings: strict),

        // Zones from text, packets, sockets, and libldns as the other reader of our answers.
        .target(
            name: "TestSupport",
            dependencies: ["DNSCore", "ServerConfiguration", "ZoneFiles", "Listeners", "CLDNS", nio("NIOPosix")],
            path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(
            name: "DNSCoreTests", dependencies: ["DNSCore", "ServerConfiguration", "TestSupport", "ZoneFiles"],
            exclude: ["Vectors"],
            swiftSettings: strict),
        .testTarget(name: "ZoneFilesTests", dependencies: ["ZoneFiles", "DNSCore", "CLDNS"], swiftSettings: strict),
        .testTarget(
            name: "ServerConfigurationTests",
            dependencies: [
                "ServerConfiguration", "DNSCore", "Checks", "Resolving", .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ResolvingTests",
            dependencies: ["DNSCore", "Resolving", nio("NIOCore"), nio("NIOPosix")], swiftSettings: strict),
        .testTarget(
            name: "HealthChecksTests",
            dependencies: [
                "DNSCore", "DICOM", "Checks", "HealthChecks", "Resolving", "StandIn", nio("NIOCore"), nio("NIOPosix"),
                nio("NIOHTTP1"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "StateStoreTests",
            dependencies: [
                "DNSCore", "Checks", "HealthChecks", "StateStore",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"), nio("NIOPosix"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "NotificationsTests",
            dependencies: [
                "Notifications", "HealthChecks", "ServerConfiguration", nio("NIOCore"), nio("NIOPosix"),
                nio("NIOHTTP1"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "AdminTests",
            dependencies: [
                "Admin", "AdminRequests", "Checks", "DNSCore", "HealthChecks",
                .product(name: "Yams", package: "Yams"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "TerminalTests", dependencies: ["Terminal", "Admin", "DNSCore", "HealthChecks"],
            swiftSettings: strict),
        .testTarget(
            name: "ListenersTests",
            dependencies: ["Listeners", "CXDP", "DNSCore", "TestSupport", nio("NIOCore"), nio("NIOPosix")],
            swiftSettings: strict),
        .testTarget(
            name: "QueryLogTests",
            dependencies: [
                "QueryLog", "Listeners", "DNSCore", "TestSupport", .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
    ]
)

// Fuzz targets have no `main` but libFuzzer's, so they are there only for `Tests/Fuzz/run`, which builds them with it.
func fuzzTarget(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: "Fuzz\(name)", dependencies: ["DNSCore", "FuzzSupport"] + dependencies, path: "Tests/Fuzz/\(name)",
        swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])
}

if Context.environment["FUZZ"] != nil {
    package.targets += [
        .target(
            name: "FuzzSupport", dependencies: ["DNSCore", "ZoneFiles", "CLDNS"], path: "Tests/Fuzz/Support",
            swiftSettings: strict),
        fuzzTarget("Messages", []),
        fuzzTarget("Names", []),
        fuzzTarget("ZoneText", ["ZoneFiles"]),
        fuzzTarget("Configuration", ["ServerConfiguration", "Checks"]),
        fuzzTarget("DICOM", ["DICOM", "Checks"]),
        fuzzTarget("Lookups", ["Resolving"]),
        fuzzTarget("Requests", ["AdminRequests"]),
        fuzzTarget("TCPFraming", ["Listeners", nio("NIOCore"), nio("NIOEmbedded")]),
    ]
}
