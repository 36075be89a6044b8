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

extension Target {
  static func target(_ name: String, uses dependencies: Dependency..., path: String? = nil) -> Target {
    .target(name: name, dependencies: dependencies, path: path)
  }

  static func executableTarget(_ name: String, uses dependencies: Dependency..., path: String? = nil) -> Target {
    .executableTarget(name: name, dependencies: dependencies, path: path)
  }

  static func testTarget(_ name: String, uses dependencies: Dependency..., exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude)
  }
}

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
    .systemLibrary(name: "CSpawn"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .target("JSONText"),
    .target("JMESPath", uses: "CPCRE2", "JSONText", bigInt),
    .target("Locking"),
    .target("Timing"),
    .target("Resilience", uses: "Timing"),
    .target("Metrics", uses: "Timing"),
    .target("Eviction", uses: nioCore),
    .target("Messages", uses: "JSONText", "Timing"),
    .target("Tracing", uses: "Messages", "JSONText", "Resilience", "Timing"),
    .target("Hashing", uses: "CDigest", "Messages"),
    .target("NamedFiles"),
    .target("Firewall", uses: "CModSecurity", "NamedFiles", "Hashing", "Locking"),
    .target("Passwords", uses: "CCrypt", "Hashing", "Messages"),
    .target("Plans", uses: "Firewall", "Passwords", "NamedFiles", "JSONText", "JMESPath", "Messages"),
    .target(
      "Tokens", uses: "COpenSSL", "JSONText", "Hashing", "Eviction", "Resilience", "Plans", "Messages", "Locking",
      "Timing"),
    .target("TLS", uses: "COpenSSL", "Plans", "NamedFiles", "Messages", "Timing", nioSSL),
    .target("Scripts", uses: "Plans", "JMESPath", "JSONText", "Messages"),
    .target(
      "Definitions", uses: "Scripts", "TLS", "Tokens", "Firewall", "Passwords", "Plans", "NamedFiles", "Hashing",
      "JMESPath", "JSONText", "Messages", yams),
    .target("Importing", uses: "JSONText", yams),
    .target("Reactor", uses: "CEpoll", "Locking", "Timing"),
    .target("Observing", uses: "Reactor", "Locking", "Timing", logging),
    .target("Resolving", uses: "Reactor", "Locking", "Timing"),
    .target(
      "Transfers", uses: "CBrotli", "CCurl", "CEpoll", "CZlib", "CZstd", "Resolving", "Reactor", "Messages", "Locking",
      "Timing"),
    .target(
      "Upstream", uses: "Transfers", "Reactor", "Plans", "Messages", "Metrics", "Resilience", "Locking", "Timing"),
    .target("Composing", uses: "Hashing", "Plans", "Messages", "JMESPath", "JSONText", "Resilience", "Timing"),
    .target(
      "Redis", uses: "CDigest", "CHiredis", "Plans", "Messages", "Metrics", "Resilience", "Locking", "Timing", nioCore,
      nioPosix, nioSSL, logging),
    .target(
      "Caching", uses: "Redis", "Plans", "Messages", "Hashing", "Eviction", "Resilience", "Locking", "Timing", nioCore,
      logging),
    .target("Limiting", uses: "Redis", "Plans", "Messages", "Hashing", "Eviction", "Locking", "Timing", nioCore),
    .target(
      "Idempotency", uses: "Redis", "Plans", "Messages", "Hashing", "Eviction", "Locking", "Timing", nioCore, logging),
    .target("Compressing", uses: "CBrotli", "CZlib", "CZstd", "JSONText", "Messages", "Locking", nioCore),
    .target(
      "Front", uses: "Observing", "Reactor", "Plans", "Messages", "JMESPath", "JSONText", "Locking", "Timing", nioCore,
      nioPosix, nioHTTP1, logging),
    .target(
      "Identity", uses: "Front", "Tokens", "Redis", "Passwords", "Plans", "Messages", "Hashing", "Eviction", "JSONText",
      "Locking", "Timing", nioCore, nioHTTP1, logging),
    .target(
      "Policies", uses: "Identity", "Front", "Compressing", "Idempotency", "Limiting", "Firewall", "Plans", "Messages",
      "Hashing", "JMESPath", "JSONText", "Locking", "Timing", nioCore, nioPosix, nioHTTP1, logging),
    .target(
      name: "AdminPage",
      resources: ["index.html", "page.css", "page.js"].map { .embedInCode("Page/\($0)") }),
    .target(
      "Watching", uses: "Metrics", "Front", "Plans", "Messages", "JSONText", "Locking", "Timing", nioCore, nioHTTP1),
    .target("HTTP1", uses: "Front", "Messages", "Timing", nioCore, nioHTTP1),
    .target("HTTP2", uses: "Front", "Messages", "Timing", nioCore, nioHTTP1, nioHPACK, nioHTTP2),
    .target(
      "Listening", uses: "HTTP2", "HTTP1", "TLS", "Front", "Plans", "Messages", "Locking", "Timing", nioCore, nioPosix,
      nioSSL, nioTLS, logging),
    .target(
      "Proxying", uses: "Front", "Upstream", "Transfers", "Reactor", "Plans", "Messages", "JSONText", "Locking",
      "Timing", nioCore, nioHTTP1, logging),
    .target("Files", uses: "COpenAt", "Front", "Plans", "Messages", nioCore, nioPosix, nioHTTP1, logging),
    .target("OpenAPI", uses: "Plans", "Messages", "JMESPath", "JSONText"),
    .target(
      "Gateway", uses: "CMalloc", "AdminPage", "Watching", "OpenAPI", "Listening", "TLS", "HTTP1", "Files", "Proxying",
      "Policies", "Identity", "Front", "Idempotency", "Limiting", "Caching", "Redis", "Composing", "Upstream",
      "Transfers", "Observing", "Reactor", "Definitions", "Scripts", "Firewall", "Tokens", "Tracing", "Plans",
      "Messages", "Metrics",
      "JMESPath", "JSONText", "Resilience", "Locking", "Timing", nioCore, nioPosix, logging),
    .target("Mocks", uses: "Scripts", "Messages", "Locking", nioCore, nioPosix, nioHTTP1),
    .target("DemoShop", uses: "COpenSSL", "JSONText", "Locking", nioCore, nioPosix, nioHTTP1),
    .executableTarget(
      "weft", uses: "CSpawn", "DemoShop", "Mocks", "Gateway", "OpenAPI", "Identity", "Importing", "Definitions",
      "Scripts", "Plans", "Messages", "JMESPath", "JSONText", "Locking", argumentParser),
    .executableTarget(
      "cache-benchmark", uses: "Caching", "Plans", "Messages", nioCore, nioPosix, logging,
      path: "Benchmarks/cache-benchmark"),
    .executableTarget("json-benchmark", uses: "JSONText", "JMESPath", path: "Benchmarks/json-benchmark"),
    .executableTarget(
      "transfer-benchmark", uses: "Transfers", "Reactor", "Timing", path: "Benchmarks/transfer-benchmark"),
    .executableTarget("nio-hello", uses: nioCore, nioPosix, nioHTTP1, path: "Benchmarks/nio-hello"),
    .target("TestInputs", path: "Tests/TestInputs"),
    .target("TestSockets", uses: "Locking", path: "Tests/TestSockets"),
    .testTarget("JSONTextTests", uses: "JSONText", "TestInputs"),
    .testTarget("JMESPathTests", uses: "JMESPath", "JSONText", "TestInputs", exclude: ["Cases"]),
    .testTarget("MessagesTests", uses: "Messages", "TestInputs", "JSONText"),
    .testTarget("TracingTests", uses: "Tracing", "Messages", "JSONText", "Timing"),
    .testTarget("NamedFilesTests", uses: "NamedFiles"),
    .testTarget("PasswordsTests", uses: "Passwords"),
    .testTarget("ScriptsTests", uses: "Scripts", "JSONText"),
    .testTarget("PlansTests", uses: "Plans", "Messages", "JSONText"),
    .testTarget("TLSTests", uses: "TLS", "TestSockets", "Plans"),
    .testTarget(
      "DefinitionsTests", uses: "Definitions", "Scripts", "TestInputs", "TestSockets", "Plans", "JMESPath", "JSONText",
      exclude: ["Faults", "Good", "Schema/only-check-sees.txt"]),
    .testTarget("ImportingTests", uses: "Importing", "Definitions", yams, exclude: ["KrakenD", "Nginx", "OpenAPI"]),
    .testTarget("LockingTests", uses: "Locking"),
    .testTarget("MetricsTests", uses: "Metrics", "TestInputs", "Timing"),
    .testTarget("ResilienceTests", uses: "Resilience", "TestInputs", "Timing"),
    .testTarget("ReactorTests", uses: "Reactor", "Locking", "Timing"),
    .testTarget("ObservingTests", uses: "Observing", "Locking", logging),
    .testTarget("ResolvingTests", uses: "Resolving", "TestSockets", "Locking", "Timing"),
    .testTarget(
      "TransfersTests", uses: "Transfers", "TestInputs", "TestSockets", "Resolving", "Reactor", "Messages", "Locking",
      "Timing"),
    .target("TestFetches", uses: "Locking", "Timing", path: "Tests/TestFetches"),
    .testTarget(
      "UpstreamTests", uses: "Upstream", "TestFetches", "TestSockets", "Transfers", "Reactor", "Plans", "Messages",
      "Resilience", "Locking", "Timing"),
    .testTarget(
      "ComposingTests", uses: "Composing", "Definitions", "TestInputs", "TestSockets", "Plans", "Messages", "JSONText",
      "Locking", "Timing"),
    .target(
      "TestServers", uses: "Listening", "HTTP1", "Front", "TestSockets", "Plans", "Messages", "Locking", nioCore,
      nioEmbedded, nioPosix, logging, path: "Tests/TestServers"),
    .testTarget(
      "FrontTests", uses: "Front", "HTTP1", "TestInputs", "TestServers", "Observing", "Reactor", "Plans", "Messages",
      "JSONText", "Locking", "Timing", nioCore, nioEmbedded, nioHTTP1, logging),
    .testTarget(
      "IdentityTests", uses: "Identity", "Tokens", "Redis", "Passwords", "TestFetches", "TestTokens", "Front", "Plans",
      "Messages", "JSONText", "Hashing", "Locking", "Timing", nioCore, logging),
    .testTarget("WatchingTests", uses: "Watching", "Messages", "JSONText", "Timing", nioHTTP1),
    .testTarget("CompressingTests", uses: "Compressing", "Transfers", "Messages", nioCore),
    .testTarget(
      "PoliciesTests", uses: "Policies", "Identity", "Compressing", "Idempotency", "Firewall", "Front", "Limiting",
      "TestServers", "TestRedis", "Plans", "Messages", "JSONText", "Timing", nioCore, nioEmbedded, logging),
    .testTarget("FirewallTests", uses: "Firewall"),
    .testTarget(
      "HTTP1Tests", uses: "HTTP1", "Listening", "Front", "TestServers", "TestSockets", "Observing", "Plans", "Messages",
      "JSONText", "Locking", "Timing", nioCore, nioPosix, nioHTTP1, logging),
    .testTarget("HTTP2Tests", uses: "HTTP2", "Front", "Messages", nioCore, nioEmbedded, nioHPACK),
    .testTarget(
      "ListeningTests", uses: "Listening", "Front", "TestServers", "TestSockets", "Observing", "Plans", "Messages",
      "JSONText", "Locking", "Timing", nioCore, nioEmbedded, nioPosix, logging),
    .testTarget(
      "ProxyingTests", uses: "Proxying", "Listening", "Front", "TestInputs", "TestServers", "TestSockets", "Upstream",
      "Transfers", "Reactor", "Plans", "Messages", nioCore, logging),
    .testTarget(
      "FilesTests", uses: "Files", "Front", "HTTP1", "TestServers", "TestSockets", "Plans", "Messages", nioCore,
      nioPosix, nioHTTP1, logging),
    .target(
      "TestRedis", uses: "TestSockets", "Redis", "Plans", "Locking", nioCore, nioPosix, logging,
      path: "Tests/TestRedis"),
    .testTarget(
      "RedisTests", uses: "Redis", "TestInputs", "TestRedis", "Plans", "Messages", "Resilience", "Locking", "Timing",
      nioCore, nioPosix, logging),
    .testTarget(
      "CachingTests", uses: "Caching", "TestInputs", "TestRedis", "Plans", "Messages", "Locking", "Timing", nioCore,
      nioPosix, logging),
    .target("TestTokens", uses: "COpenSSL", path: "Tests/TestTokens"),
    .testTarget("TokensTests", uses: "Tokens", "TestTokens", "JSONText", "Hashing", "Plans", "Timing"),
    .testTarget("EvictionTests", uses: "Eviction", "TestInputs"),
    .testTarget("LimitingTests", uses: "Limiting", "TestInputs", "TestRedis", "Redis", "Plans", "Timing", nioCore),
    .testTarget(
      "IdempotencyTests", uses: "Idempotency", "TestRedis", "Redis", "Hashing", "Plans", "Messages", "Timing", nioCore,
      nioEmbedded, logging),
    .testTarget(
      "GatewayTests", uses: "Gateway", "Metrics", "Definitions", "TestInputs", "Front", "Upstream", "Plans",
      "Messages", "Timing", exclude: ["Metrics/alerts.test.yaml"]),
    .testTarget(
      "OpenAPITests", uses: "OpenAPI", "Definitions", "Plans", "JSONText", exclude: ["Golden", "Files"]),
    .testTarget("DemoShopTests", uses: "DemoShop", "TestSockets", "JSONText"),
    .testTarget(
      "BehaviourTests", uses: "weft", "TestInputs", "TestRedis", "TestSockets", "TestTokens", nioCore, nioHPACK, yams,
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
    "TLS", "Listening", "Proxying", "Passwords", "Identity",
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
