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

func nio(_ product: String) -> Target.Dependency { .product(name: product, package: "swift-nio") }

let package = Package(
    name: "TriageDNS",
    products: [
        .executable(name: "triagedns", targets: ["triagedns"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
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
            dependencies: ["DNSCore", "HealthChecks", .product(name: "Yams", package: "Yams")],
            swiftSettings: strict),

        // Probes -> state machine -> new health snapshot.
        .target(
            name: "HealthChecks",
            dependencies: [
                "DNSCore", nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"), nio("NIOTLS"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),

        // A small stand-in for one Orthanc instance: DICOM C-ECHO and HTTPS.
        .target(
            name: "StandIn",
            dependencies: [
                "DNSCore", "HealthChecks", nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"),
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
                "DNSCore", "CLinuxSockets", "CXDP", nio("NIOCore"), nio("NIOPosix"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),

        // HTTP API and metrics.
        .target(
            name: "Admin",
            dependencies: [
                "DNSCore", "HealthChecks", nio("NIOCore"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),

        // Arguments and wiring: the only place that knows everyone.
        .executableTarget(
            name: "triagedns",
            dependencies: [
                "CLinuxSockets", "DNSCore", "ZoneFiles", "ServerConfiguration", "HealthChecks", "StandIn", "Listeners",
                "Admin",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                nio("NIOCore"), nio("NIOHTTP1"), nio("NIOPosix"),
            ],
            swiftSettings: strict),

        .target(name: "CLinuxSockets"),
        .target(name: "CXDP"),
        .systemLibrary(name: "CLDNS", pkgConfig: "ldns", providers: [.apt(["libldns-dev"])]),

        // The query path's budget, counted: a plain program, as the test runner allocates beside it.
        .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
        .executableTarget(
            name: "AllocationBudget", dependencies: ["CAllocationCounter", "DNSCore", "Listeners"],
            path: "Tests/AllocationBudget", swiftSettings: strict),

        // Zones from text, packets, sockets, and libldns as the other reader of our answers.
        .target(
            name: "TestSupport", dependencies: ["DNSCore", "ZoneFiles", "Listeners", "CLDNS", nio("NIOPosix")],
            path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(
            name: "DNSCoreTests", dependencies: ["DNSCore", "TestSupport"], exclude: ["Vectors"], swiftSettings: strict),
        .testTarget(name: "ZoneFilesTests", dependencies: ["ZoneFiles", "DNSCore", "CLDNS"], swiftSettings: strict),
        .testTarget(
            name: "ServerConfigurationTests", dependencies: ["ServerConfiguration", "DNSCore", "HealthChecks"],
            swiftSettings: strict),
        .testTarget(
            name: "HealthChecksTests",
            dependencies: [
                "DNSCore", "HealthChecks", "StandIn", nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ListenersTests",
            dependencies: ["Listeners", "CXDP", "DNSCore", "TestSupport", nio("NIOCore"), nio("NIOPosix")],
            swiftSettings: strict),
    ]
)
