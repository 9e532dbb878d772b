// swift-tools-version: 6.3
import PackageDescription

// A package of its own, so that the server's build knows nothing of the benchmark library.
let package = Package(
    name: "MicroBenchmarks",
    dependencies: [
        .package(name: "TriageDNS", path: "../.."),
        // Without its traits: they replace malloc and the runtime's entry points, which changes what is measured.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "Queries",
            dependencies: [
                .product(name: "DNSCore", package: "TriageDNS"),
                .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Benchmarks/Queries",
            swiftSettings: [.strictMemorySafety(), .treatAllWarnings(as: .error)],
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
    ]
)
