import Caching
import JSONText
import Plans

/// The order that a `POST /purge` gives: one of `tag`, `key`, `route` and `all`, in its query or as a JSON object.
enum PurgeOrder: Hashable, Sendable {
  case tags([String])
  case key(CacheKey)
  case route(String)
  case all

  struct Failure: Error {
    let detail: String

    init(_ detail: String) {
      self.detail = detail
    }
  }

  /// Tags in one order.
  static let mostTags = 1000

  /// - Parameter members: names and values as they came; a name may come again.
  init(_ members: [(name: String, value: JSONValue)]) throws(Failure) {
    let kinds = Set(members.map(\.name))
    if let unknown = kinds.subtracting(["tag", "key", "route", "all"]).min() {
      throw Failure("There is no `\(unknown)`; say one of `tag`, `key`, `route` and `all`.")
    }
    guard kinds.count == 1, let kind = kinds.first else { throw Failure("Say one of `tag`, `key`, `route` and `all`.") }
    let values = members.flatMap { $0.value.elements ?? [$0.value] }
    guard kind == "tag" || values.count == 1, let first = values.first else {
      throw Failure("There is one `\(kind)` in an order.")
    }
    switch kind {
    case "tag": self = .tags(try Self.tags(values))
    case "all":
      guard ["true", ""].contains(first.text) else { throw Failure("`all` is `true`.") }
      self = .all
    case "key":
      guard let key = CacheKey(hex: first.text) else { throw Failure("A key has 64 hexadecimal digits.") }
      self = .key(key)
    default:
      guard let route = first.string, !route.isEmpty else { throw Failure("A route is `METHOD /path`.") }
      self = .route(route)
    }
  }

  private static func tags(_ values: [JSONValue]) throws(Failure) -> [String] {
    guard values.count <= mostTags else { throw Failure("An order has at most \(mostTags) tags.") }
    var tags: [String] = []
    for value in values {
      guard value.string != nil || value.numberText != nil, !value.text.isEmpty else {
        throw Failure("A tag is a text that is not empty.")
      }
      tags.append(value.text)
    }
    return tags
  }

  /// Returns what is to be dropped; `nil` where there is no such route.
  func purges(_ plan: GatewayPlan) -> [Purge]? {
    switch self {
    case .all: return [.all]
    case .key(let key): return [.key(key)]
    case .tags(let tags): return tags.map { .tag(CacheTag($0)) }
    case .route(let name):
      let routes = plan.routes.filter { $0.name == name }
      guard !routes.isEmpty else { return nil }
      return routes.map { .route(CacheTag(route: $0.identity)) }
        + Set(routes.flatMap { Self.backends($0) }).sorted().map {
          .route(CallCache.tag(of: plan.backends[$0]))
        }
    }
  }

  /// Those whose values the route's calls keep; without them the route would be made anew of old parts.
  private static func backends(_ route: RoutePlan) -> [Int] {
    guard case .composite(let composite) = route.work else { return [] }
    return composite.calls.filter { $0.cache != nil }.map(\.request.backend)
  }
}
