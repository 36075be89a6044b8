import Messages
import NIOCore
import Plans

@testable import Caching
@testable import Redis

/// Bytes of a Redis, a cluster's node or a sentinel: the same replies however they are cut, and nothing in them that is
/// out of its range.
enum RedisTarget {
  static func run(_ bytes: [UInt8]) {
    let whole = replies(bytes, step: max(1, bytes.count))
    hold(replies(bytes, step: 1) == whole, "byte by byte they are other replies")
    hold(replies(bytes, step: 7) == whole, "in pieces they are other replies")
    for reply in whole { check(reply) }
  }

  private static func replies(_ bytes: [UInt8], step: Int) -> [RedisReply] {
    let parser = ReplyParser()
    var replies: [RedisReply] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      parser.feed(ByteBuffer(bytes: rest.prefix(step)))
      rest = rest.dropFirst(step)
      while true {
        switch parser.next() {
        case .reply(let reply):
          replies.append(reply)
          continue
        case .incomplete: break
        case .broken: return replies
        }
        break
      }
    }
    return replies
  }

  private static func check(_ reply: RedisReply) {
    if let map = SlotMap(reply, askedOf: "asked") {
      hold(map.endpoints.count <= SlotMap.mostNodes, "too many nodes")
      for endpoint in map.endpoints { check(endpoint) }
      for slot in [0, 1, HashSlot.count - 1, HashSlot.count, .max] as [UInt16] { _ = map[slot] }
    }
    if case .success(let endpoint) = SentinelSource.endpoint(reply) { check(endpoint) }
    if case .error(let line) = reply {
      let failure = RedisFailure.refused(line)
      _ = (failure.code, failure.isReadOnly, failure.description)
      guard let redirection = Redirection(line, from: "asked") else { return }
      hold(HashSlot.all.contains(redirection.slot), "a slot that is none")
      check(redirection.endpoint)
    }
    if let text = reply.string {
      if let event = CacheEvent(text) { hold(CacheEvent(event.text) == event, "an event that changes: \(text)") }
      if let stamp = Stamp(decimal: text.utf8) {
        hold((0..<Stamp.limit).contains(stamp.microseconds), "a stamp out of range: \(text)")
        hold(Stamp(decimal: stamp.decimal) == stamp, "a stamp that changes: \(text)")
      }
    }
    if let number = reply.integer { _ = RedisLevel.wait(number) }
    for element in reply.elements ?? [] { check(element) }
  }

  private static func check(_ endpoint: RedisEndpoint) {
    guard case .host(_, let port) = endpoint else { return hold(false, "a host that is a socket") }
    hold(port > 0, "a port that is none")
  }
}
