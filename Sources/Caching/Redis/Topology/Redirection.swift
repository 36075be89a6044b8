import Messages
import Plans

/// A cluster node's word that a slot is somewhere else: `MOVED 3999 127.0.0.1:6381` for good, `ASK …` for this once.
struct Redirection: Hashable, Sendable {
  var isLasting: Bool
  var slot: UInt16
  var endpoint: RedisEndpoint

  /// - Parameter host: of the node that said it: an empty host means the same.
  init?(_ line: String, from host: String) {
    let words = line.split(separator: " ")
    guard words.count == 3, words[0] == "MOVED" || words[0] == "ASK",
      let slot = PeerNumber(digits: words[1].utf8)?.within(HashSlot.all),
      let colon = words[2].lastIndex(of: ":"),
      let port = PeerNumber(digits: words[2][words[2].index(after: colon)...].utf8)?.within(1...UInt16.max)
    else { return nil }
    let name = words[2][..<colon]
    isLasting = words[0] == "MOVED"
    self.slot = slot
    endpoint = .host(name.isEmpty ? host : String(name), port)
  }
}
