import Caching
import Front
import JSONText
import Plans

/// The parts of a request that make the key of a cached route: exactly the inputs that its definition reads.
/// *Immutable*; compiled once a route.
struct KeyInputs: Sendable {
  /// Route and fingerprint, digested already.
  private let start: CacheKeyBuilder
  private let inputs: RequestInputs

  init(_ route: RoutePlan, _ composite: CompositePlan, _ cache: CachePlan, _ backends: [BackendPlan]) {
    let audience = route.policies.reads(beside: composite.reads)
    let fingerprint = DefinitionFingerprint.text(of: composite, cache, backends, audience: audience)
    start = CacheKeyBuilder(route: route.identity, fingerprint: fingerprint)
    inputs = RequestInputs(composite.reads)
  }

  func key(of request: IncomingRequest) -> CacheKey {
    var members = KeyMembers(key: start, pathEndsInSlash: request.pathEndsInSlash)
    inputs.visit(request, &members)
    return members.key.key()
  }
}

private struct KeyMembers: RequestInputVisitor {
  var key: CacheKeyBuilder
  let pathEndsInSlash: Bool
  private var kind = CacheKeyBuilder.Kind.path

  init(key: CacheKeyBuilder, pathEndsInSlash: Bool) {
    self.key = key
    self.pathEndsInSlash = pathEndsInSlash
  }

  mutating func begin(_ input: ScopeName) {
    switch input {
    case .path: kind = .path
    case .query: kind = .query
    case .queryList: kind = .queryList
    case .headers: kind = .header
    case .cookies: kind = .cookie
    case .claims: kind = .claim
    case .identity: kind = .identity
    case .client: kind = .client
    case .body, .env, .calls, .item, .items, .response, .partial, .error:
      preconditionFailure("\(input) has no members of a request")
    }
  }

  /// Takes one value. Of a path, only a `*rest` may be empty; with and without a slash before it a backend is asked for
  /// different things.
  mutating func take(_ name: String, _ value: String?) {
    let isAbsent = kind == .path && value?.isEmpty == true && !pathEndsInSlash
    key.add(kind, name, isAbsent ? nil : value)
  }

  mutating func take(_ name: String, list: [String]) { key.add(kind, name, list: list) }

  mutating func take(_ name: String, json: JSONValue?) {
    guard let json else { return key.add(kind, name, nil) }
    var writer = JSONWriter()
    writer.write(json)
    key.add(kind, name, bytes: writer.bytes)
  }

  mutating func take(_ input: ScopeName, whole: JSONValue?) {
    begin(input)
    take("", json: whole)
  }

  mutating func take(body: [UInt8]) { key.add(.body, "", bytes: body) }
}

/// Names a definition: it changes with everything that could change the shape or the meaning of an answer, so an edited
/// route never serves what an earlier one kept. Timeouts, limits and retries of backends do not count.
enum DefinitionFingerprint {
  /// Names a route: its keys as the file has them, the variables of the environment that it reads, its backends.
  /// - Parameter audience: what decides who is let in: an entry says so to caches in between.
  static func text(
    of composite: CompositePlan, _ cache: CachePlan, _ backends: [BackendPlan], audience: RequestReads
  ) -> String {
    var parts = CacheKeyBuilder(route: "route", fingerprint: cache.definition.revealed)
    for variable in composite.env.members { parts.add(.call, variable.name, variable.value.string) }
    if audience != RequestReads() {
      parts.add(.call, "private", "\(audience.isPrivate)")
      parts.add(.call, "vary", audience.vary)
    }
    for index in Set(composite.calls.map(\.request.backend)).sorted() { add(backends[index], to: &parts) }
    return parts.key().hex
  }

  /// Names the calls to a backend that are cached alike.
  static func text(of backend: BackendPlan, _ cache: CachePlan) -> String {
    var parts = CacheKeyBuilder(route: "call", fingerprint: cache.definition.revealed)
    add(backend, to: &parts)
    return parts.key().hex
  }

  private static func add(_ backend: BackendPlan, to parts: inout CacheKeyBuilder) {
    parts.add(.call, "backend", backend.name)
    let addresses = backend.addresses.map { "\($0.origin)\($0.basePath) \($0.unixSocket ?? "")" }
    parts.add(.call, "addresses", list: addresses.sorted())
    parts.add(.call, "host", backend.host.rawValue)
    parts.add(.call, "forward", list: backend.forwardsAll ? ["*"] : backend.forward.sorted())
    if let oauth2 = backend.oauth2 {
      parts.add(.call, "oauth2", list: [oauth2.clientID, oauth2.audience ?? ""] + oauth2.scopes)
    }
    if !backend.headers.templates.isEmpty { parts.add(.call, "headers", list: backend.headers.texts) }
  }
}
