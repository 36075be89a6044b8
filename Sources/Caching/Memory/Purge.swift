/// What to drop.
package enum Purge: Hashable, Sendable {
  case all
  case route(CacheTag)
  case tag(CacheTag)
  case key(CacheKey)

  /// Whether it covers an entry.
  func covers(_ entry: CacheEntry, _ key: CacheKey) -> Bool {
    switch self {
    case .all: true
    case .route(let route): entry.route == route
    case .tag(let tag): entry.tags.contains(tag)
    case .key(let purged): purged == key
    }
  }
}
