import Messages

/// The settings of the process, as `gateway.yaml` says them.
package struct ProcessPlan: Sendable {
  package struct Limits: Hashable, Sendable {
    /// Request line and header lines together, in bytes.
    package var headerBytes = 32 * 1024
    /// The size of a request body that a definition reads, in bytes.
    package var bodyBytes = 1024 * 1024
    /// The most that this may be, and `bodyLimit` where a definition reads the body: it is held as a whole.
    package static let mostBodyBytes = 1 << 30
    /// Open client connections.
    package var connections = 10_000
    /// The number of those, of one client; `nil`: no bound.
    package var connectionsPerClient: Int?
    /// Requests being worked on, up to when the client has the answer; above it, 503 with `Retry-After`.
    package var requestsInFlight = 4096
    /// Requests whose bodies are still coming; above it, 503 with `Retry-After`.
    package var bodiesInFlight = 4096
    /// The bytes of all answers together that clients have not taken yet; above it the slowest takers are cut off, and
    /// no further composite is made: 503 with `Retry-After`.
    package var untakenBytes = 256 * 1024 * 1024
    /// What limits count in this process: values that they count by.
    package var counters = 100_000
    /// What `idempotency` keeps of answers in this process, in bytes.
    package var idempotencyBytes = 64 * 1024 * 1024
    /// The least rate of a request's body after `Timeouts.bodyGrace`, in bytes a second; 0: none.
    package var bodyRate = 240

    package init() {}
  }

  package struct Timeouts: Hashable, Sendable {
    /// A keep-alive connection without a request.
    package var idle: Duration = .seconds(60)
    /// The time from the first byte of a request head to its last.
    package var head: Duration = .seconds(10)
    /// The time between two pieces of a request body, or of an answer the client takes.
    package var body: Duration = .seconds(30)
    /// A request's body, before `Limits.bodyRate` counts.
    package var bodyGrace: Duration = .seconds(10)

    package init() {}
  }

  package struct Shutdown: Hashable, Sendable {
    /// How long connections are still accepted after SIGTERM.
    package var delay: Duration = .zero
    /// How long running requests may go on after that.
    package var drain: Duration = .seconds(10)

    package init() {}
  }

  /// Bounds on composites whose answer is given, or whose client has left, and whose writes go on. Above either, no
  /// further composite that writes is begun: 503 with `Retry-After`.
  package struct Writes: Hashable, Sendable {
    package var detached = 1000
    /// The bytes of all bodies that they hold.
    package var detachedBytes = 64 * 1024 * 1024

    package init() {}
  }

  package struct Admin: Sendable {
    /// `HOST:PORT`, the host possibly in brackets.
    package var address = "127.0.0.1:8081"
    /// Asked of every request but those of probes; `nil`: of none.
    package var token: Secret<String>?
    /// Lower-case names by which browsers may change something, beside the address's own.
    package var hosts: [String] = []

    package init() {}

    /// Tells whether a text can stand behind `Bearer` (RFC 6750 §2.1).
    package static func isToken(_ text: String) -> Bool {
      !text.isEmpty
        && text.utf8.allSatisfy {
          (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
            || "-._~+/=".utf8.contains($0)
        }
    }
  }

  /// The listeners, at least one; no two at one address.
  package var listeners = [ListenerPlan(.tcp(ListenAddress(host: "0.0.0.0", port: 8080)))]
  /// What answers over TLS say of it.
  package var hsts: HSTSPlan?
  package var admin = Admin()
  package var limits = Limits()
  package var timeouts = Timeouts()
  /// CIDR blocks whose forwarding headers are believed.
  package var trustedProxies: [String] = []
  /// `nil`: `X-Forwarded-*` where there is an `X-Forwarded-For`, else `Forwarded`.
  package var forwardedBy: ForwardedBy?
  package var shutdown = Shutdown()
  package var writes = Writes()
  /// Front and transfer loops, each; `nil`: one pair per core that the process may use.
  package var threads: Int?
  package static let mostThreads = 256
  package var cache = CacheSettings()
  package var state = StateStore.withCache
  package var openAPI = OpenAPISettings()
  package var logLevel = "info"
  package var accessLog = false
  package var log = LogPlan()
  /// `nil`: no spans are made.
  package var tracing: TracingPlan?

  package init() {}

  /// The Redis in which a fleet counts; `nil`: each process counts for itself.
  package var stateRedis: RedisSettings? {
    switch state {
    case .withCache: cache.redis
    case .own(let settings): settings
    }
  }
}

/// Where all gateways of a fleet keep what must not be lost, such as counters: a cache may evict.
package enum StateStore: Hashable, Sendable {
  /// In the Redis of the cache, where there is one.
  case withCache
  /// In one of its own; `nil`: in none.
  case own(RedisSettings?)
}

/// The headers by which the proxies before the gateway tell of the client.
package enum ForwardedBy: String, Hashable, Sendable, CaseIterable {
  case xForwarded = "x-forwarded"
  /// RFC 7239.
  case forwarded
}
