import Foundation

/// Counts, for one thread to add to and another to watch. Guarded by its condition.
final class Tally: @unchecked Sendable {
  private let condition = NSCondition()
  private var value = 0

  var count: Int {
    condition.lock()
    defer { condition.unlock() }
    return value
  }

  func add(_ count: Int) {
    condition.lock()
    value += count
    condition.broadcast()
    condition.unlock()
  }

  /// Writes filler, counting what the connection took, until `total` bytes are gone.
  func fill(_ stream: TCPStream, upTo total: Int) throws {
    let chunk = [UInt8](repeating: 120, count: 64 * 1024)
    while count < total {
      let size = min(chunk.count, total - count)
      try stream.write(Array(chunk[..<size]))
      add(size)
    }
  }

  /// Waits until something was counted and nothing more is for a second, and returns the count then.
  func waitUntilStill() -> Int {
    let deadline = Patience.deadline
    condition.lock()
    defer { condition.unlock() }
    while deadline.timeIntervalSinceNow > 0 {
      let before = value
      let still = Date(timeIntervalSinceNow: 1)
      while value == before, condition.wait(until: still) {}
      if value == before, before > 0 { break }
    }
    return value
  }
}
