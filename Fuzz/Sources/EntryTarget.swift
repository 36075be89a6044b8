import Messages
import NIOCore
import Timing

@testable import Caching

/// A value in Redis, whose checksum is made right first: what it is taken for could have been stored, comes out as it
/// went in, and its answer is one.
enum EntryTarget {
  private static let key = CacheKeyBuilder(route: "GET /", fingerprint: "1").key()

  static func run(_ bytes: [UInt8]) {
    check(ByteBuffer(bytes: bytes))
    var buffer = ByteBuffer(bytes: EntryCoding.magic + [EntryCoding.version, EntryCoding.kindEntry] + bytes)
    let checksum = buffer.withUnsafeReadableBytes { XXH64.hash($0, seed: EntryCoding.seed(of: key)) }
    buffer.writeInteger(checksum, endianness: .little)
    check(buffer)
  }

  private static func check(_ value: ByteBuffer) {
    guard case .entry(let entry) = EntryCoding.decode(value, key: key) else { return }
    hold(EntryCoding.encode(entry, key: key) == value, "another value comes out")
    for lead in [Duration.seconds(-1_000_000_000_000), .zero, .seconds(1_000_000_000_000)] {
      guard case .entry(let shifted) = EntryCoding.decode(value, key: key, lead: lead) else {
        return hold(false, "Redis' clock decides whether it is an entry")
      }
      for now in [0, 1, 1_800_000_000_000, Int64.max] { check(shifted, at: WallTime(milliseconds: now)) }
    }
    hold((200...599).contains(entry.status), "status \(entry.status)")
    let lines = entry.prepared.fields.map { "\($0.name): \($0.value)\r\n" }.joined().lowercased()
    for name in ["transfer-encoding", "content-length", "connection", "set-cookie"] {
      hold(!lines.hasPrefix("\(name):") && !lines.contains("\n\(name):"), "a line \(name)")
    }
    hold(lines.utf8.count(where: { $0 == 0x0A }) <= entry.headers.count + 2, "a line too many")
    hold(lines.utf8.count(where: { $0 == 0x0D }) == lines.utf8.count(where: { $0 == 0x0A }), "a bare line break")
  }

  private static func check(_ entry: CacheEntry, at now: WallTime) {
    let freshness = Freshness(entry.times, at: now)
    hold(freshness.age >= 0, "an age of \(freshness.age)")
    guard let hit = CacheHit(found: entry, at: now) else { return }
    hit.forEachField { name, value in hold(!name.isEmpty && !value.isEmpty, "an empty field") }
    let directives = CacheDirectives("max-age=1, min-fresh=2, max-stale=3")
    _ = (directives.accepts(freshness), hit.collapsed(), entry.times.usableUntil)
  }
}
