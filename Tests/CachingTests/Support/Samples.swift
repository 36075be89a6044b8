import Messages
import NIOCore
import Timing

@testable import Caching

/// Entries and keys for tests.
enum Sample {
  static let epoch = WallTime(milliseconds: 1_800_000_000_000)

  static func key(_ number: Int) -> CacheKey {
    var builder = CacheKeyBuilder(route: "test GET /things/:id", fingerprint: "1")
    builder.add(.path, "id", String(number))
    return builder.key()
  }

  /// Of the value of a key in Redis.
  static func name(of key: CacheKey) -> String { "weft:{\(key.hex)}:v" }

  static func entry(
    _ body: String = "{}", created: WallTime = epoch, lifetime: CacheLifetime = CacheLifetime(ttl: .seconds(30)),
    headers: [HeaderField] = [HeaderField("Content-Type", "application/json")], tags: [CacheTag] = [],
    route: CacheTag = CacheTag(route: "things"), began: Stamp = .unknown, status: Int = 200,
    isPartial: Bool = false, isPrivate: Bool = false
  ) -> CacheEntry {
    CacheEntry(
      times: lifetime.times(from: created, chance: 0), status: status, headers: headers,
      body: ByteBuffer(string: body), tags: tags, route: route, isPartial: isPartial, isPrivate: isPrivate,
      began: began)
  }
}

extension WallTime {
  static func + (time: WallTime, duration: Duration) -> WallTime { time.advanced(by: duration) }
}

extension PreparedFields {
  var text: String { fields.map { "\($0.name): \($0.value)\r\n" }.joined() }
}
