// swift-tools-version: 6.2
import PackageDescription

// The order of the targets is the direction of imports: a target imports only what stands above it.
let package = Package(
  name: "weft",
  products: [
    .executable(name: "weft", targets: ["weft"]),
    .library(name: "JMESPath", targets: ["JMESPath"]),
    .library(name: "JSONText", targets: ["JSONText"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.30.0"),
    .package(url: "https://github.com/attaswift/BigInt", from: "6.0.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
  ],
  targets: [
    .systemLibrary(name: "CBrotli", pkgConfig: "libbrotlidec", providers: [.apt(["libbrotli-dev"])]),
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CDigest"),
    .systemLibrary(name: "CEpoll"),
    .systemLibrary(name: "CHiredis"),
    .systemLibrary(name: "CMalloc"),
    .systemLibrary(name: "CPKCS12"),
    .systemLibrary(name: "CX509"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .target(name: "JSONText"),
    .target(name: "JMESPath", dependencies: ["JSONText", .product(name: "BigInt", package: "BigInt")]),
    .target(name: "Locking"),
    .target(name: "Timing"),
    .target(name: "Resilience", dependencies: ["Timing"]),
    .target(name: "Messages", dependencies: ["JSONText"]),
    .target(name: "Plans", dependencies: ["JSONText", "JMESPath", "Messages"]),
    .target(
      name: "TLS",
      dependencies: ["CPKCS12", "CX509", "Plans", "Timing", .product(name: "NIOSSL", package: "swift-nio-ssl")]),
    .target(
      name: "Definitions",
      dependencies: ["TLS", "Plans", "JMESPath", "JSONText", "Messages", .product(name: "Yams", package: "Yams")]),
    .target(name: "Reactor", dependencies: ["CEpoll", "Locking", "Timing"]),
    .target(
      name: "Observing",
      dependencies: ["Reactor", "Locking", "Timing", .product(name: "Logging", package: "swift-log")]),
    .target(name: "Resolving", dependencies: ["Reactor", "Locking", "Timing"]),
    .target(
      name: "Transfers",
      dependencies: [
        "CBrotli", "CCurl", "CEpoll", "CZlib", "CZstd", "Resolving", "Reactor", "Messages", "Locking", "Timing",
      ]),
    .target(
      name: "Upstream",
      dependencies: ["Transfers", "Reactor", "Plans", "Messages", "Resilience", "Locking", "Timing"]),
    .target(name: "Composing", dependencies: ["Plans", "Messages", "JMESPath", "JSONText", "Timing"]),
    .target(
      name: "Redis",
      dependencies: [
        "CDigest", "CHiredis", "Plans", "Messages", "Resilience", "Locking", "Timing",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .target(
      name: "Caching",
      dependencies: [
        "CDigest", "Redis", "Plans", "Messages", "Resilience", "Locking", "Timing",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .target(
      name: "Front",
      dependencies: [
        "Observing", "Reactor", "Plans", "Messages", "JSONText", "Locking", "Timing",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .target(
      name: "HTTP1",
      dependencies: [
        "Front", "Messages", "Timing",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ]),
    .target(
      name: "HTTP2",
      dependencies: [
        "Front", "Messages", "Timing",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHPACK", package: "swift-nio-http2"),
        .product(name: "NIOHTTP2", package: "swift-nio-http2"),
      ]),
    .target(
      name: "Listening",
      dependencies: [
        "HTTP2", "HTTP1", "TLS", "Front", "Plans", "Messages", "Locking", "Timing",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .target(
      name: "Proxying",
      dependencies: [
        "Front", "Upstream", "Transfers", "Reactor", "Plans", "Messages", "JSONText", "Locking",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .target(
      name: "Gateway",
      dependencies: [
        "CMalloc", "Listening", "HTTP1", "Proxying", "Front", "Caching", "Composing", "Upstream", "Transfers",
        "Observing", "Reactor",
        "Definitions", "Plans", "Messages", "JMESPath", "JSONText", "Resilience", "Locking", "Timing",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .target(
      name: "DemoShop",
      dependencies: [
        "JSONText", "Locking",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ]),
    .executableTarget(
      name: "weft",
      dependencies: [
        "Gateway", "Definitions", "DemoShop", "Plans", "JMESPath", "JSONText", "Locking",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "cache-benchmark",
      dependencies: [
        "Caching", "Plans", "Messages",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ], path: "Benchmarks/cache-benchmark"),
    .executableTarget(
      name: "json-benchmark", dependencies: ["JSONText", "JMESPath"], path: "Benchmarks/json-benchmark"),
    .executableTarget(
      name: "transfer-benchmark", dependencies: ["Transfers", "Reactor", "Timing"],
      path: "Benchmarks/transfer-benchmark"),
    .executableTarget(
      name: "nio-hello",
      dependencies: [
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ], path: "Benchmarks/nio-hello"),
    .target(name: "TestInputs", path: "Tests/TestInputs"),
    .target(name: "TestSockets", dependencies: ["Locking"], path: "Tests/TestSockets"),
    .testTarget(name: "JSONTextTests", dependencies: ["JSONText", "TestInputs"]),
    .testTarget(name: "JMESPathTests", dependencies: ["JMESPath", "JSONText", "TestInputs"], exclude: ["Cases"]),
    .testTarget(name: "MessagesTests", dependencies: ["Messages", "TestInputs", "JSONText"]),
    .testTarget(name: "PlansTests", dependencies: ["Plans", "Messages", "JSONText"]),
    .testTarget(name: "TLSTests", dependencies: ["TLS", "TestSockets", "Plans"]),
    .testTarget(
      name: "DefinitionsTests",
      dependencies: ["Definitions", "TestInputs", "TestSockets", "Plans", "JMESPath", "JSONText"],
      exclude: ["Faults", "Good", "Schema/only-check-sees.txt"]),
    .testTarget(name: "LockingTests", dependencies: ["Locking"]),
    .testTarget(name: "ResilienceTests", dependencies: ["Resilience", "TestInputs", "Timing"]),
    .testTarget(name: "ReactorTests", dependencies: ["Reactor", "Locking", "Timing"]),
    .testTarget(name: "ObservingTests", dependencies: ["Observing", .product(name: "Logging", package: "swift-log")]),
    .testTarget(name: "ResolvingTests", dependencies: ["Resolving", "TestSockets", "Locking", "Timing"]),
    .testTarget(
      name: "TransfersTests",
      dependencies: ["Transfers", "TestInputs", "TestSockets", "Resolving", "Reactor", "Messages", "Locking", "Timing"]),
    .testTarget(
      name: "UpstreamTests",
      dependencies: [
        "Upstream", "TestSockets", "Transfers", "Reactor", "Plans", "Messages", "Resilience", "Locking", "Timing",
      ]),
    .testTarget(
      name: "ComposingTests",
      dependencies: [
        "Composing", "Definitions", "TestInputs", "TestSockets", "Plans", "Messages", "JSONText", "Locking", "Timing",
      ]),
    .target(
      name: "TestServers",
      dependencies: [
        "Listening", "Front", "TestSockets", "Plans", "Messages", "Locking",
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ], path: "Tests/TestServers"),
    .testTarget(
      name: "FrontTests",
      dependencies: [
        "Front", "HTTP1", "TestInputs", "TestServers", "Observing", "Reactor", "Plans", "Messages", "JSONText",
        "Locking", "Timing",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .testTarget(
      name: "HTTP1Tests",
      dependencies: [
        "HTTP1", "Listening", "Front", "TestServers", "TestSockets", "Observing", "Plans", "Messages", "JSONText",
        "Locking", "Timing",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .testTarget(
      name: "HTTP2Tests",
      dependencies: [
        "HTTP2", "Front", "Messages",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOHPACK", package: "swift-nio-http2"),
      ]),
    .testTarget(
      name: "ListeningTests",
      dependencies: [
        "Listening", "Front", "TestServers", "TestSockets", "Observing", "Plans", "Messages", "JSONText", "Locking",
        "Timing",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .testTarget(
      name: "ProxyingTests",
      dependencies: [
        "Proxying", "Listening", "Front", "TestInputs", "TestServers", "TestSockets", "Upstream", "Transfers",
        "Reactor", "Plans", "Messages",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .target(
      name: "TestRedis",
      dependencies: [
        "TestSockets", "Locking",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ], path: "Tests/TestRedis"),
    .testTarget(
      name: "RedisTests",
      dependencies: [
        "Redis", "TestInputs", "TestRedis", "Plans", "Messages", "Resilience", "Locking", "Timing",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .testTarget(
      name: "CachingTests",
      dependencies: [
        "Caching", "TestInputs", "TestRedis", "Plans", "Messages", "Locking", "Timing",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .testTarget(
      name: "GatewayTests",
      dependencies: ["Gateway", "Definitions", "TestInputs", "Front", "Upstream", "Plans", "Messages"]),
    .testTarget(name: "DemoShopTests", dependencies: ["DemoShop", "TestSockets", "JSONText"]),
    .testTarget(
      name: "BehaviourTests",
      dependencies: [
        "weft", "TestInputs", "TestRedis", "TestSockets",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHPACK", package: "swift-nio-http2"),
        .product(name: "Yams", package: "Yams"),
      ],
      exclude: ["Cases"]),
  ],
  swiftLanguageModes: [.v6]
)

// `make test` and CI turn the warnings of this package, and of no dependency, into errors.
if Context.environment["WEFT_STRICT"] == "1" {
  for target in package.targets where target.type != .system {
    target.swiftSettings = (target.swiftSettings ?? []) + [.treatAllWarnings(as: .error)]
  }
}

// `make test-tsan` and `make test-asan` name the test targets they run, so that nothing else is built.
if let tests = Context.environment["WEFT_TESTS"]?.split(separator: " ").map(String.init) {
  package.targets.removeAll { target in
    target.type == .test ? !tests.contains(target.name) : target.type == .executable && target.name != "weft"
  }
}

// The fuzz targets (docs/testing.md): what they look into is instrumented, which only Clang's fuzzer can link.
if Context.environment["WEFT_FUZZ"] == "1" {
  #if arch(arm64)
    let runtime = "clang_rt.fuzzer_no_main-aarch64"
  #else
    let runtime = "clang_rt.fuzzer_no_main-x86_64"
  #endif
  let examined = [
    "JSONText", "JMESPath", "Messages", "Plans", "Definitions", "Redis", "Caching", "Front", "HTTP1", "HTTP2",
    "Proxying",
  ]
  let instrumented = SwiftSetting.unsafeFlags(["-sanitize=address,fuzzer", "-enable-testing"])
  for target in package.targets where examined.contains(target.name) {
    target.swiftSettings = (target.swiftSettings ?? []) + [instrumented]
  }
  package.targets += [
    .systemLibrary(name: "CFuzzer", path: "Fuzz/CFuzzer"),
    .executableTarget(
      name: "weft-fuzz",
      dependencies: ["CFuzzer"] + examined.map { .byName(name: $0) } + [
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOHTTP2", package: "swift-nio-http2"),
      ], path: "Fuzz/Sources",
      linkerSettings: [.linkedLibrary("stdc++"), .linkedLibrary(runtime)]),
  ]
}
