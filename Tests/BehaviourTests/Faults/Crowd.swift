import Foundation

/// Requests that are all under way before the first is answered, wherever they came in: over a connection each, or as
/// streams of few. The first are the victims. Guarded by its condition.
final class Crowd: @unchecked Sendable {
  private let size: Int
  private let victims: Int
  private let condition = NSCondition()
  private var arrived = 0

  init(_ size: Int, victims: Int) {
    self.size = size
    self.victims = victims
  }

  /// How many requests came, repeated ones too.
  var count: Int { condition.withLock { arrived } }

  /// False where they did not come within the harness's patience.
  func wait(for count: Int) -> Bool {
    let deadline = Patience.deadline
    return condition.withLock {
      while arrived < count { if !condition.wait(until: deadline) { return arrived >= count } }
      return true
    }
  }

  /// True for a victim.
  private func arrive() -> Bool {
    condition.withLock {
      arrived += 1
      condition.broadcast()
      return arrived <= victims
    }
  }

  /// Takes the requests that come over one connection until the crowd is complete. Then it begins to answer those that
  /// are no victims, does `fault` to the victims' streams, and ends the answers. Later requests are answered at once.
  func serve(_ peer: HTTP2Peer, _ fault: (HTTP2Peer, UInt32) throws -> Void) throws {
    var fallen: [UInt32] = []
    var others: [UInt32] = []
    while count < size {
      guard let stream = try peer.nextStream(waiting: 50) else { continue }
      if arrive() { fallen.append(stream) } else { others.append(stream) }
    }
    let half = 4
    for stream in others {
      try peer.sendHead([("content-type", "application/json")], on: stream)
      try peer.sendData(String(FaultyBackend.well.prefix(half)), on: stream)
    }
    for stream in fallen { try fault(peer, stream) }
    for stream in others { try peer.sendData(String(FaultyBackend.well.dropFirst(half)), on: stream, ends: true) }
    while true {
      let stream = try peer.nextStream()
      _ = arrive()
      try peer.answer(.json(FaultyBackend.well), on: stream)
    }
  }
}
