// swift-tools-version: 6.2
import PackageDescription

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let bigInt: Target.Dependency = .product(name: "BigInt", package: "BigInt")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioHPACK: Target.Dependency = .product(name: "NIOHPACK", package: "swift-nio-http2")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTP2: Target.Dependency = .product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

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
    .systemLibrary(name: "CCrypt", providers: [.apt(["libcrypt-dev"])]),
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CDigest"),
    .systemLibrary(name: "CEpoll"),
    .systemLibrary(name: "CHiredis"),
    .systemLibrary(name: "CMalloc"),
    .systemLibrary(name: "CModSecurity"),
    .systemLibrary(name: "COpenAt"),
    .systemLibrary(name: "COpenSSL"),
    .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .target(name: "JSONText"),
    .target(name: "JMESPath", dependencies: ["CPCRE2", "JSONText", bigInt]),
    .target(name: "Locking"),
    .target(name: "Timing"),
    .target(name: "Resilience", dependencies: ["Timing"]),
    .target(name: "Eviction", dependencies: [nioCore]),
    .target(name: "Hashing", dependencies: ["CDigest"]),
    .target(name: "Messages", dependencies: ["JSONText"]),
    .target(name: "NamedFiles"),
    .target(name: "Firewall", dependencies: ["CModSecurity", "NamedFiles", "Hashing", "Locking"]),
    .target(name: "Passwords", dependencies: ["CCrypt", "Hashing", "Messages"]),
    .target(name: "Plans", dependencies: ["Firewall", "Passwords", "NamedFiles", "JSONText", "JMESPath", "Messages"]),
    .target(
      name: "Tokens",
      dependencies: [
        "COpenSSL", "JSONText", "Hashing", "Eviction", "Resilience", "Plans", "Messages", "Locking", "Timing",
      ]),
    .target(name: "TLS", dependencies: ["COpenSSL", "Plans", "NamedFiles", "Messages", "Timing", nioSSL]),
    .target(
      name: "Definitions",
      dependencies: [
        "TLS", "Tokens", "Firewall", "Passwords", "Plans", "NamedFiles", "JMESPath", "JSONText", "Messages", yams,
      ]),
    .target(name: "Reactor", dependencies: ["CEpoll", "Locking", "Timing"]),
    .target(name: "Observing", dependencies: ["Reactor", "Locking", "Timing", logging]),
    .target(name: "Resolving", dependencies: ["Reactor", "Locking", "Timing"]),
    .target(
      name: "Transfers",
      dependencies: [
        "CBrotli", "CCurl", "CEpoll", "CZlib", "CZstd", "Resolving", "Reactor", "Messages", "Locking", "Timing",
      ]),
    .target(
      name: "Upstream", dependencies: ["Transfers", "Reactor", "Plans", "Messages", "Resilience", "Locking", "Timing"]),
    .target(
      name: "Composing", dependencies: ["Hashing", "Plans", "Messages", "JMESPath", "JSONText", "Resilience", "Timing"]),
    .target(
      name: "Redis",
      dependencies: [
        "CDigest", "CHiredis", "Plans", "Messages", "Resilience", "Locking", "Timing", nioCore, nioPosix, nioSSL,
        logging,
      ]),
    .target(
      name: "Caching",
      dependencies: [
        "Redis", "Plans", "Messages", "Hashing", "Eviction", "Resilience", "Locking", "Timing", nioCore, logging,
      ]),
    .target(
      name: "Limiting",
      dependencies: ["Redis", "Plans", "Messages", "Hashing", "Eviction", "Locking", "Timing", nioCore]),
    .target(
      name: "Idempotency",
      dependencies: ["Redis", "Plans", "Messages", "Hashing", "Eviction", "Locking", "Timing", nioCore, logging]),
    .target(
      name: "Compressing", dependencies: ["CBrotli", "CZlib", "CZstd", "JSONText", "Messages", "Locking", nioCore]),
    .target(
      name: "Front",
      dependencies: [
        "Observing", "Reactor", "Plans", "Messages", "JMESPath", "JSONText", "Locking", "Timing", nioCore, nioPosix,
        nioHTTP1, logging,
      ]),
    .target(
      name: "Identity",
      dependencies: [
        "Front", "Tokens", "Redis", "Passwords", "Plans", "Messages", "Hashing", "Eviction", "JSONText", "Locking",
        "Timing", nioCore, nioHTTP1, logging,
      ]),
    .target(
      name: "Policies",
      dependencies: [
        "Identity", "Front", "Compressing", "Idempotency", "Limiting", "Reactor", "Firewall", "Plans", "Messages",
        "Hashing", "JMESPath", "JSONText", "Locking", "Timing", nioCore, nioPosix, nioHTTP1, logging,
      ]),
    .target(name: "HTTP1", dependencies: ["Front", "Messages", "Timing", nioCore, nioHTTP1]),
    .target(name: "HTTP2", dependencies: ["Front", "Messages", "Timing", nioCore, nioHTTP1, nioHPACK, nioHTTP2]),
    .target(
      name: "Listening",
      dependencies: [
        "HTTP2", "HTTP1", "TLS", "Front", "Plans", "Messages", "Locking", "Timing", nioCore, nioPosix, nioSSL, nioTLS,
        logging,
      ]),
    .target(
      name: "Proxying",
      dependencies: [
        "Front", "Upstream", "Transfers", "Reactor", "Plans", "Messages", "JSONText", "Locking", nioCore, nioHTTP1,
        logging,
      ]),
    .target(
      name: "Files",
      dependencies: ["COpenAt", "Front", "Plans", "Messages", nioCore, nioPosix, nioHTTP1, logging]),
    .target(
      name: "Gateway",
      dependencies: [
        "CMalloc", "Listening", "HTTP1", "Files", "Proxying", "Policies", "Identity", "Front", "Idempotency",
        "Limiting", "Caching", "Redis", "Composing", "Upstream", "Transfers", "Observing", "Reactor", "Definitions",
        "Tokens", "Plans", "Messages", "JMESPath", "JSONText", "Resilience", "Locking", "Timing", nioCore, nioPosix,
        logging,
      ]),
    .target(name: "DemoShop", dependencies: ["COpenSSL", "JSONText", "Locking", nioCore, nioPosix, nioHTTP1]),
    .executableTarget(
      name: "weft",
      dependencies: [
        "Gateway", "Identity", "Definitions", "DemoShop", "Plans", "JMESPath", "JSONText", "Locking", argumentParser,
      ]),
    .executableTarget(
      name: "cache-benchmark", dependencies: ["Caching", "Plans", "Messages", nioCore, nioPosix, logging],
      path: "Benchmarks/cache-benchmark"),
    .executableTarget(
      name: "json-benchmark", dependencies: ["JSONText", "JMESPath"], path: "Benchmarks/json-benchmark"),
    .executableTarget(
      name: "transfer-benchmark", dependencies: ["Transfers", "Reactor", "Timing"],
      path: "Benchmarks/transfer-benchmark"),
    .executableTarget(name: "nio-hello", dependencies: [nioCore, nioPosix, nioHTTP1], path: "Benchmarks/nio-hello"),
    .target(name: "TestInputs", path: "Tests/TestInputs"),
    .target(name: "TestSockets", dependencies: ["Locking"], path: "Tests/TestSockets"),
    .testTarget(name: "JSONTextTests", dependencies: ["JSONText", "TestInputs"]),
    .testTarget(name: "JMESPathTests", dependencies: ["JMESPath", "JSONText", "TestInputs"], exclude: ["Cases"]),
    .testTarget(name: "MessagesTests", dependencies: ["Messages", "TestInputs", "JSONText"]),
    .testTarget(name: "NamedFilesTests", dependencies: ["NamedFiles"]),
    .testTarget(name: "PasswordsTests", dependencies: ["Passwords"]),
    .testTarget(name: "PlansTests", dependencies: ["Plans", "Messages", "JSONText"]),
    .testTarget(name: "TLSTests", dependencies: ["TLS", "TestSockets", "Plans"]),
    .testTarget(
      name: "DefinitionsTests",
      dependencies: ["Definitions", "TestInputs", "TestSockets", "Plans", "JMESPath", "JSONText"],
      exclude: ["Faults", "Good", "Schema/only-check-sees.txt"]),
    .testTarget(name: "LockingTests", dependencies: ["Locking"]),
    .testTarget(name: "ResilienceTests", dependencies: ["Resilience", "TestInputs", "Timing"]),
    .testTarget(name: "ReactorTests", dependencies: ["Reactor", "Locking", "Timing"]),
    .testTarget(name: "ObservingTests", dependencies: ["Observing", logging]),
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
        "Listening", "HTTP1", "Front", "TestSockets", "Plans", "Messages", "Locking", nioCore, nioEmbedded, nioPosix,
        logging,
      ],
      path: "Tests/TestServers"),
    .testTarget(
      name: "FrontTests",
      dependencies: [
        "Front", "HTTP1", "TestInputs", "TestServers", "Observing", "Reactor", "Plans", "Messages", "JSONText",
        "Locking", "Timing", nioCore, nioEmbedded, nioHTTP1, logging,
      ]),
    .testTarget(
      name: "IdentityTests",
      dependencies: [
        "Identity", "Tokens", "Redis", "Passwords", "TestTokens", "Front", "Plans", "Messages", "JSONText", "Hashing",
        "Locking", "Timing", nioCore, logging,
      ]),
    .testTarget(name: "CompressingTests", dependencies: ["Compressing", "Transfers", "Messages", nioCore]),
    .testTarget(
      name: "PoliciesTests",
      dependencies: [
        "Policies", "Identity", "Compressing", "Idempotency", "Firewall", "Front", "Limiting", "TestServers",
        "TestRedis",
        "Plans", "Messages", "JSONText", "Timing", nioCore, nioEmbedded, logging,
      ]),
    .testTarget(name: "FirewallTests", dependencies: ["Firewall"]),
    .testTarget(
      name: "HTTP1Tests",
      dependencies: [
        "HTTP1", "Listening", "Front", "TestServers", "TestSockets", "Observing", "Plans", "Messages", "JSONText",
        "Locking", "Timing", nioCore, nioPosix, nioHTTP1, logging,
      ]),
    .testTarget(name: "HTTP2Tests", dependencies: ["HTTP2", "Front", "Messages", nioCore, nioEmbedded, nioHPACK]),
    .testTarget(
      name: "ListeningTests",
      dependencies: [
        "Listening", "Front", "TestServers", "TestSockets", "Observing", "Plans", "Messages", "JSONText", "Locking",
        "Timing", nioCore, nioEmbedded, nioPosix, logging,
      ]),
    .testTarget(
      name: "ProxyingTests",
      dependencies: [
        "Proxying", "Listening", "Front", "TestInputs", "TestServers", "TestSockets", "Upstream", "Transfers",
        "Reactor", "Plans", "Messages", nioCore, logging,
      ]),
    .testTarget(
      name: "FilesTests",
      dependencies: [
        "Files", "Front", "HTTP1", "TestServers", "TestSockets", "Plans", "Messages", nioCore, nioPosix, nioHTTP1,
        logging,
      ]),
    .target(
      name: "TestRedis",
      dependencies: ["TestSockets", "Redis", "Plans", "Locking", nioCore, nioPosix, logging], path: "Tests/TestRedis"),
    .testTarget(
      name: "RedisTests",
      dependencies: [
        "Redis", "TestInputs", "TestRedis", "Plans", "Messages", "Resilience", "Locking", "Timing", nioCore, nioPosix,
        logging,
      ]),
    .testTarget(
      name: "CachingTests",
      dependencies: [
        "Caching", "TestInputs", "TestRedis", "Plans", "Messages", "Locking", "Timing", nioCore, nioPosix, logging,
      ]),
    .target(name: "TestTokens", dependencies: ["COpenSSL"], path: "Tests/TestTokens"),
    .testTarget(
      name: "TokensTests", dependencies: ["Tokens", "TestTokens", "JSONText", "Hashing", "Plans", "Timing"]),
    .testTarget(name: "EvictionTests", dependencies: ["Eviction", "TestInputs"]),
    .testTarget(
      name: "LimitingTests",
      dependencies: ["Limiting", "TestInputs", "TestRedis", "Redis", "Plans", "Timing", nioCore]),
    .testTarget(
      name: "IdempotencyTests",
      dependencies: [
        "Idempotency", "TestRedis", "Redis", "Hashing", "Plans", "Messages", "Timing", nioCore, nioEmbedded, logging,
      ]),
    .testTarget(
      name: "GatewayTests",
      dependencies: ["Gateway", "Definitions", "TestInputs", "Front", "Upstream", "Plans", "Messages"]),
    .testTarget(name: "DemoShopTests", dependencies: ["DemoShop", "TestSockets", "JSONText"]),
    .testTarget(
      name: "BehaviourTests",
      dependencies: ["weft", "TestInputs", "TestRedis", "TestSockets", "TestTokens", nioCore, nioHPACK, yams],
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
    "JSONText", "JMESPath", "Messages", "Plans", "Tokens", "Definitions", "Redis", "Caching", "Front", "HTTP1", "HTTP2",
    "TLS", "Listening", "Proxying",
  ]
  let instrumented = SwiftSetting.unsafeFlags(["-sanitize=address,fuzzer", "-enable-testing"])
  for target in package.targets where examined.contains(target.name) {
    target.swiftSettings = (target.swiftSettings ?? []) + [instrumented]
  }
  package.targets += [
    .systemLibrary(name: "CFuzzer", path: "Fuzz/CFuzzer"),
    .executableTarget(
      name: "weft-fuzz",
      dependencies: ["CFuzzer", "Timing"] + examined.map { .byName(name: $0) }
        + [nioCore, nioHTTP1, nioEmbedded, nioHTTP2],
      path: "Fuzz/Sources",
      linkerSettings: [.linkedLibrary("stdc++"), .linkedLibrary(runtime)]),
  ]
}
