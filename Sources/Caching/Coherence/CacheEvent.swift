import NIOCore

/// A message of gateways to each other over one channel, as a line of text: a letter, what it is about, a stamp.
enum CacheEvent: Hashable, Sendable {
  /// A value was stored whose fetch began then.
  case stored(CacheKey, Stamp)
  /// A fetch has ended without a value for all.
  case released(CacheKey)
  /// Everything of this was made void.
  case purged(Purge, Stamp)

  var text: String {
    switch self {
    case .stored(let key, let stamp): "s \(key.hex) " + String(decoding: stamp.decimal, as: UTF8.self)
    case .released(let key): "f \(key.hex) 0"
    case .purged(let purge, let stamp): CacheEvent.start(of: purge) + String(decoding: stamp.decimal, as: UTF8.self)
    }
  }

  /// Returns a purge's text up to its stamp, which only Redis knows.
  static func start(of purge: Purge) -> String {
    switch purge {
    case .all: "a 0 "
    case .route(let tag): "r \(tag.hex) "
    case .tag(let tag): "t \(tag.hex) "
    case .key(let key): "k \(key.hex) "
    }
  }

  /// `nil` for what is none, such as an event of a later version: it is passed over.
  init?(_ text: String) {
    let parts = text.split(separator: " ")
    guard parts.count == 3, let stamp = Stamp(decimal: parts[2].utf8) else { return nil }
    let name = parts[1]
    switch parts[0] {
    case "s":
      guard let key = CacheKey(hex: String(name)) else { return nil }
      self = .stored(key, stamp)
    case "f":
      guard let key = CacheKey(hex: String(name)) else { return nil }
      self = .released(key)
    case "k":
      guard let key = CacheKey(hex: String(name)) else { return nil }
      self = .purged(.key(key), stamp)
    case "t":
      guard let tag = CacheTag(hex: name.utf8) else { return nil }
      self = .purged(.tag(tag), stamp)
    case "r":
      guard let tag = CacheTag(hex: name.utf8) else { return nil }
      self = .purged(.route(tag), stamp)
    case "a":
      self = .purged(.all, stamp)
    default:
      return nil
    }
  }
}
