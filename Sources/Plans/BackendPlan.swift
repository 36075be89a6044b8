/// A backend and how it is called.
package struct BackendPlan: Hashable, Sendable {
  package struct Address: Hashable, Sendable {
    /// `http://host:port` or `https://…`, without path, query or trailing slash.
    package var origin: String
    /// Put before every request's path; starts with `/` and does not end with one, or empty.
    package var basePath = ""
    /// 1 to 1000.
    package var weight = 1
    /// Connects to this unix socket instead of the origin's host.
    package var unixSocket: String?

    package init(origin: String, basePath: String = "", weight: Int = 1, unixSocket: String? = nil) {
      self.origin = origin
      self.basePath = basePath
      self.weight = weight
      self.unixSocket = unixSocket
    }
  }

  package enum HTTPVersion: String, CaseIterable, Sendable {
    /// HTTP/2 where TLS negotiates it, else HTTP/1.1.
    case auto
    case http1 = "1.1"
    case http2 = "2"
    /// HTTP/2 without TLS and without upgrade.
    case http2PriorKnowledge = "2-prior-knowledge"
  }

  package struct TLS: Hashable, Sendable {
    /// PEM file of trusted authorities instead of the system's.
    package var authorities: String?
    /// PEM files for client authentication.
    package var certificate: String?
    package var key: String?
    /// Expected in the certificate, and sent as SNI, instead of the URL's host.
    package var serverName: String?
    /// Whether the certificate is verified; false: whoever answers is believed.
    package var verify = true

    package init() {}
  }

  package struct Retry: Hashable, Sendable {
    package enum Cause: Hashable, Sendable {
      case connect, timeout
      case status(Int)
    }

    /// The attempts in all, the first included.
    package var attempts = 2
    package var on: [Cause] = [.connect, .status(502), .status(503), .status(504)]
    /// The pause before the second attempt; doubles, with full jitter.
    package var backoff: Duration = .milliseconds(25)
    /// Retries as a share of requests, 0 to 1; `nil`: no bound.
    package var budget: Double? = 0.2

    package init() {}
  }

  package struct Breaker: Hashable, Sendable {
    /// 0 to 1.
    package var errorRate = 0.5
    package var window: Duration = .seconds(10)
    package var minimumCalls = 10
    package var openFor: Duration = .seconds(10)
    /// Statuses that are failures, as no connection, no answer in time and a broken one always are.
    package var countStatus = StatusSet(500...599)

    /// The bounds below either of which a breaker is warned about: it opens by chance.
    package static let cautious = (errorRate: 0.1, minimumCalls: 5)

    package init() {}
  }

  package struct Health: Hashable, Sendable {
    package var path: String
    package var every: Duration = .seconds(5)
    package var unhealthyAfter = 3
    package var healthyAfter = 2

    package init(path: String) {
      self.path = path
    }
  }

  package enum Balance: Sendable {
    case roundRobin, leastRequests, randomOfTwo
    case hash(TextTemplate)

    /// The template whose value an address is picked by.
    package var key: TextTemplate? {
      if case .hash(let template) = self { template } else { nil }
    }
  }

  package var name: String
  package var addresses: [Address]
  package var balance = Balance.roundRobin
  /// One attempt; `nil`: what is left of the call's time.
  package var timeout: Duration?
  package var connectTimeout: Duration = .seconds(1)
  /// A connection that is older, less up to a fifth at random, is not used again.
  package var connectionMaxAge: Duration = .seconds(300)
  /// Nor one that was idle for longer.
  package var connectionIdle: Duration = .seconds(60)
  package var retry: Retry?
  package var breaker: Breaker?
  package var health: Health?
  /// `nil`: no limit of its own.
  package var maxConcurrent: Int?
  /// Bytes of a composite's answer, after decompression.
  package var maxResponse = 4 * 1024 * 1024
  /// Lower-case names of request headers that go upstream with calls.
  package var forward: [String] = []
  /// All headers of the client's request go upstream with calls, but those of one message or connection.
  package var forwardsAll = false
  /// Set on every request to it, calls and proxied ones, unless these set them themselves.
  package var headers = BackendHeaders()
  /// HTTP/2 would save no connections, which are not shared, and costs more.
  package var version = HTTPVersion.http1
  package var tls = TLS()
  /// The token that every request to it has; `nil`: none.
  package var oauth2: OAuth2Plan?
  /// Unsafe methods may be repeated.
  package var idempotent = false
  /// Writes get an `Idempotency-Key` where the client sent none, too.
  package var generatesIdempotencyKeys = false
  package var host = ProxyPlan.Host.backend
  package var definition = Definition()
  package var location: SourceLocation

  package init(name: String, addresses: [Address], location: SourceLocation) {
    self.name = name
    self.addresses = addresses
    self.location = location
  }

  /// The same for two backends of one name that are called alike, wherever and however that is written.
  package var identity: BackendPlan {
    var identity = self
    identity.definition = Definition()
    // Calls and proxies have them with their own.
    identity.headers = BackendHeaders()
    identity.location = SourceLocation(file: "", line: 0, column: 0)
    return identity
  }
}

/// Headers that a backend is sent with every request. A value, compared as the definition has it.
package struct BackendHeaders: Hashable, Sendable {
  package var templates: [HeaderTemplate] = []

  package init(_ templates: [HeaderTemplate] = []) {
    self.templates = templates
  }

  /// Adds those that `own` does not have, in any case or spelling, before them.
  package func before(_ own: [HeaderTemplate]) -> [HeaderTemplate] {
    if templates.isEmpty { return own }
    let names = Set(own.map(\.meantName))
    return templates.filter { !names.contains($0.meantName) } + own
  }

  package static func == (left: Self, right: Self) -> Bool { left.texts == right.texts }

  package func hash(into hasher: inout Hasher) { hasher.combine(texts) }

  /// As the definition has them.
  package var texts: [String] { templates.map(\.description) }
}

extension BackendPlan.Balance: Hashable {
  package static func == (left: Self, right: Self) -> Bool { left.text == right.text }

  package func hash(into hasher: inout Hasher) { hasher.combine(text) }

  private var text: String {
    switch self {
    case .roundRobin: "roundRobin"
    case .leastRequests: "leastRequests"
    case .randomOfTwo: "randomOfTwo"
    case .hash(let template): "hash(\(template.source))"
    }
  }
}
