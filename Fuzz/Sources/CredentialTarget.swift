import JSONText
import Messages
import NIOCore
import Plans
import Redis
import Timing

@testable import Identity
@testable import Passwords
@testable import Tokens

/// What shows who clients are, and NUL between its parts: credentials of `basic` can be spelt in one way, a hash that is taken
/// costs no more than the bounds say, a hash of Redis is an entry within its bounds, and an introspection's answer says one
/// thing.
enum CredentialTarget {
  static func run(_ bytes: [UInt8]) {
    check(login: String(decoding: bytes, as: UTF8.self))
    check(login: encoded(bytes))
    check(hash: String(decoding: bytes, as: UTF8.self))
    check(stored: bytes.split(separator: 0, omittingEmptySubsequences: false).map(Array.init))
    check(introspection: bytes)
  }

  private static func check(login credential: String) {
    guard let login = Login(credential) else { return }
    hold(!login.user.isEmpty && !login.user.contains(":"), "a user of \(login.user)")
    hold(encoded(Array("\(login.user):\(login.password)".utf8)) == credential, "another spelling: \(credential)")
    let all = (login.user + login.password).unicodeScalars
    hold(!all.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }, "a control character")
  }

  private static func check(hash text: String) {
    guard let hash = try? PasswordHash(text) else { return }
    hold(hash.text == text, "another hash")
    hold(text.utf8.count <= 256 && text.utf8.allSatisfy { 0x21...0x7E ~= $0 }, "a hash that is no word: \(text)")
    if text.hasPrefix("$2"), let cost = Int(text.dropFirst(4).prefix(2)) {
      hold((4...PasswordHash.mostCost).contains(cost), "a cost of \(cost)")
    }
  }

  private static func check(stored parts: [[UInt8]]) {
    let reply = RedisReply.array(parts.map { .text(ByteBuffer(bytes: $0)) })
    guard let entry = try? StoredKey.entry(reply) else { return }
    hold(parts.count.isMultiple(of: 2) && parts.count <= 2 * StoredKey.mostFields, "\(parts.count) parts")
    hold(parts.reduce(0) { $0 + $1.count } <= StoredKey.mostBytes, "too many bytes")
    hold(!entry.id.isEmpty && entry.hashes.isEmpty, "an entry of nobody")
    hold(entry.fields.members.allSatisfy { $0.name != "provider" && $0.name != "subject" }, "a member that is taken")
  }

  private static func check(introspection bytes: [UInt8]) {
    guard let claims = StrictJSON.object(bytes) else { return }
    let names = claims.members.map { Array(($0.key.string ?? "").utf8) }
    hold(Set(names).count == names.count, "a member that stands twice")
    var rules = TokenRules()
    rules.requiresExpiry = false
    for now in [0, 1_800_000_000_000, Int64.max] {
      guard let end = try? rules.check(claims, issuer: nil, at: WallTime(milliseconds: now)) else { continue }
      // By its leeway at most.
      hold(end.milliseconds >= now - 600_000, "a token that had ended")
    }
  }

  /// RFC 4648 §4.
  private static func encoded(_ bytes: [UInt8]) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let piece = bytes[start..<min(start + 3, bytes.count)]
      let value = piece.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - piece.count))
      for place in 0..<4 {
        text.append(place <= piece.count ? letters[value >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
