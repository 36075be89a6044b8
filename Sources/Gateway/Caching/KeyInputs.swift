import Caching
import Front
import JSONText
import Plans

/// What of a request makes the key of a cached route: exactly the inputs that its definition reads. *Immutable*;
/// compiled once a route.
struct KeyInputs: Sendable {
  /// Names of one input, in the key's order; `nil`: all that a request has, in its order.
  private typealias Names = [String]?

  /// Route and fingerprint, digested already.
  private let start: CacheKeyBuilder
  private let path: Names
  private let query: Names
  private let queryList: Names
  private let headers: Names
  private let cookies: Names
  private let client: RequestReads.Names
  private let readsBody: Bool

  init(_ route: RoutePlan, _ composite: CompositePlan, _ cache: CachePlan, _ backends: [BackendPlan]) {
    let fingerprint = DefinitionFingerprint.text(of: composite, cache, backends)
    start = CacheKeyBuilder(route: route.identity, fingerprint: fingerprint)
    let reads = composite.reads
    path = Self.names(reads.path)
    query = Self.names(reads.query)
    queryList = Self.names(reads.queryList)
    headers = Self.names(reads.headers)
    cookies = Self.names(reads.cookies)
    client = reads.client
    readsBody = reads.body
  }

  /// Names are compared by their bytes, as templates look them up. Where one is beyond ASCII, other bytes may be the
  /// same name to a set of strings; then the whole input counts.
  private static func names(_ names: RequestReads.Names) -> Names {
    guard case .some(let some) = names, some.allSatisfy({ $0.utf8.allSatisfy { $0 < 128 } }) else { return nil }
    return some.sorted()
  }

  func key(of request: IncomingRequest) -> CacheKey {
    var key = start
    addPath(request, to: &key)
    addQuery(request, to: &key)
    addQueryLists(request, to: &key)
    addHeaders(request, to: &key)
    addCookies(request, to: &key)
    if !client.isEmpty { addClient(request, to: &key) }
    if readsBody { key.add(.body, "", bytes: request.body ?? []) }
    return key.key()
  }

  private func addPath(_ request: IncomingRequest, to key: inout CacheKeyBuilder) {
    guard let path else {
      for capture in request.captures { key.add(.path, capture.name, Self.value(of: capture.value, request)) }
      return
    }
    for name in path {
      key.add(.path, name, request.captures.first { $0.name == name }.flatMap { Self.value(of: $0.value, request) })
    }
  }

  /// Only a `*rest` may be empty; with and without a slash before it a backend is asked for different things.
  private static func value(of capture: String, _ request: IncomingRequest) -> String? {
    capture.isEmpty && !request.pathEndsInSlash ? nil : capture
  }

  private func addQuery(_ request: IncomingRequest, to key: inout CacheKeyBuilder) {
    guard let query else {
      FormQuery.forEach(in: request.target, from: request.queryOffset) { key.add(.query, $0, $1) }
      return
    }
    if query.isEmpty { return }
    var values = [String?](repeating: nil, count: query.count)
    FormQuery.forEach(in: request.target, from: request.queryOffset) { name, value in
      if let index = query.firstIndex(where: { $0.utf8.elementsEqual(name.utf8) }), values[index] == nil {
        values[index] = value
      }
    }
    for (name, value) in zip(query, values) { key.add(.query, name, value) }
  }

  private func addQueryLists(_ request: IncomingRequest, to key: inout CacheKeyBuilder) {
    guard let queryList else {
      FormQuery.forEach(in: request.target, from: request.queryOffset) { key.add(.queryList, $0, $1) }
      return
    }
    if queryList.isEmpty { return }
    var values = [[String]](repeating: [], count: queryList.count)
    FormQuery.forEach(in: request.target, from: request.queryOffset) { name, value in
      if let index = queryList.firstIndex(where: { $0.utf8.elementsEqual(name.utf8) }) { values[index].append(value) }
    }
    for (name, list) in zip(queryList, values) { key.add(.queryList, name, list: list) }
  }

  /// Values are joined as templates and backends see them.
  private func addHeaders(_ request: IncomingRequest, to key: inout CacheKeyBuilder) {
    guard let headers else {
      for (name, value) in request.headers { key.add(.header, name.lowercased(), value) }
      return
    }
    for wanted in headers {
      var joined: String?
      for (name, value) in request.headers where HeaderName.equals(name, lowercase: wanted) {
        joined.join(value)
      }
      key.add(.header, wanted, joined)
    }
  }

  private func addCookies(_ request: IncomingRequest, to key: inout CacheKeyBuilder) {
    if cookies?.isEmpty == true { return }
    guard case .object(let values) = Cookies.values(request.headers, .all) else { return }
    guard let cookies else {
      for member in values.members { key.add(.cookie, member.name, member.value.string) }
      return
    }
    for name in cookies { key.add(.cookie, name, values[name]?.string) }
  }

  private func addClient(_ request: IncomingRequest, to key: inout CacheKeyBuilder) {
    let client = request.client
    let values: [(ScopeName.ClientMember, String)] = [
      (.ip, client.address), (.scheme, client.scheme), (.host, client.host),
    ]
    for (member, value) in values where self.client.contains(member.rawValue) {
      key.add(.client, member.rawValue, value)
    }
  }
}
