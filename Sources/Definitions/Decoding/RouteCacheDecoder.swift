import Messages
import Plans

/// Decodes `cache` of a composite route, and refuses it where it could not be right.
struct RouteCacheDecoder {
  let reader: MappingReader<RouteKeys>
  /// `nil` where the route's name is wrong.
  let methods: MethodSet?
  let scope: RouteScope

  private var loading: Loading { scope.loading }

  /// The cache makes these for each answer.
  private static let ownHeaders = [
    "age", "cache-control", "cache-status", "etag", "expires", "last-modified", "pragma",
  ]

  /// To be asked last, when it is known all that the route reads.
  func decode(_ route: CompositePlan, _ templates: inout TemplateReader) -> CachePlan? {
    guard let pair = reader.pair(\.cache), let setting = reader[\.cache], var plan = setting.plan else { return nil }
    let faults = methodFaults + callFaults(route)
    // A default for all routes of a file is left out for those that it does not fit.
    guard reader.isExplicit(\.cache) || faults.isEmpty else { return nil }
    for fault in faults { loading.report(pair.key, fault.message, hint: fault.hint) }
    plan.tags = CacheDecoder.tags(setting.tags, &templates, .tag)
    if plan.ttl == nil { checkInherit(route, pair) }
    checkReads(pair)
    warnOfForwarding(route, pair)
    checkHeaders(route)
    let pairs = reader.effectivePairs.filter { !(RouteKeys.policies + RouteKeys.documentation).contains($0.name) }
    let texts = pairs.map { "\($0.key.canonicalText)\($0.value.canonicalText)" }
    plan.definition = Secret(texts.joined())
    return plan
  }

  private typealias Fault = (message: String, hint: String?)

  private var methodFaults: [Fault] {
    let safe: Set = ["GET", "HEAD"]
    switch methods {
    case .only(let names)?:
      let others = names.filter { !safe.contains($0) }.sorted()
      if others.isEmpty { return [] }
      return [
        ("`cache` is for routes of GET and HEAD, and this one has \(others.joined(separator: ", "))", "remove it")
      ]
    case .any?:
      return [("`cache` is for routes of GET and HEAD, and this one has ANY", "give GET a route of its own")]
    case nil: return []
    }
  }

  private func callFaults(_ route: CompositePlan) -> [Fault] {
    let unsafe = route.calls.filter { !$0.isSafe }
    return unsafe.prefix(1).map { call in
      (
        "a route with `cache` has safe calls only, and `\(call.name)` is a \(call.request.method): a kept answer would "
          + "not make it",
        "write `safe: true` if it only reads, or give `cache` to the calls whose values may be kept"
      )
    }
  }

  private func checkInherit(_ route: CompositePlan, _ pair: YAMLNode.Pair) {
    let place = pair.value["ttl"]?.value ?? pair.value
    guard place.text == CacheLength.inherit else { return }
    let others = route.calls.filter { $0.cache == nil }.map { "`\($0.name)`" }
    if route.calls.isEmpty {
      loading.report(place, "`inherit` is as long as the calls' values are kept, and this route has no calls")
    } else if !others.isEmpty {
      loading.report(
        place,
        "`inherit` needs `cache` on every call; \(others.joined(separator: ", ")) \(others.count > 1 ? "have" : "has") none"
      )
    }
  }

  private func checkReads(_ pair: YAMLNode.Pair) {
    guard scope.reads.client.contains(ScopeName.ClientMember.requestId.rawValue) else { return }
    let isWhole = scope.reads.client == .all
    loading.report(
      pair.key,
      "this route reads `client.requestId`\(isWhole ? " (all of `client`)" : ""), which no two requests share: "
        + "nothing that is kept would be used again",
      hint: "remove `cache`, or do not read it")
  }

  private func warnOfForwarding(_ route: CompositePlan, _ pair: YAMLNode.Pair) {
    guard let call = route.calls.first(where: { $0.forwardsAllBut != nil }) else { return }
    loading.warn(
      pair.key,
      "`\(call.name)` forwards all headers of a client, so that an answer is kept for requests alike in all of them, and "
        + "for that client alone by others' caches",
      hint: "name the headers that the backend needs by `forward`")
  }

  private func checkHeaders(_ route: CompositePlan) {
    for header in reader.pair(\.responseHeaders)?.value.pairs ?? []
    where Self.ownHeaders.contains(header.name.lowercased()) {
      loading.report(header.key, "`\(header.name)` is made by the cache, in a route with `cache`", hint: "remove it")
    }
  }
}
