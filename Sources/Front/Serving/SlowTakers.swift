import Timing

/// Clients that have not taken their answers yet: how many bytes wait for all of them, and who is to be cut off where
/// that are too many. A value type that does no I/O.
struct SlowTakers<Client: Hashable> {
  private struct Taking {
    var pending: Int
    /// Since `begun`.
    var taken = 0
    let takenBefore: Int
    let begun: Instant

    /// Bytes a second. Who has just begun is no slow one.
    func rate(_ now: Instant) -> Double {
      Double(taken + FrontLoop.maxOutputBytes) / Double(max(begun.duration(to: now).nanoseconds, 1_000_000)) * 1e9
    }
  }

  var limit: Int
  private var takings: [Client: Taking] = [:]
  /// Bytes that wait, for all of them.
  private(set) var pending = 0

  init(limit: Int) {
    self.limit = limit
  }

  /// - Parameters:
  ///   - pending: bytes that wait for `client`, more than none.
  ///   - taken: all that it has taken since it was connected.
  /// - Returns: the slowest ones, so many that what waits keeps to the limit; never `client` itself, which may just have
  ///   begun. They are forgotten.
  mutating func update(_ client: Client, pending: Int, taken: Int, _ now: Instant) -> [Client] {
    var taking = takings[client] ?? Taking(pending: 0, takenBefore: taken, begun: now)
    self.pending += pending - taking.pending
    taking.pending = pending
    taking.taken = taken - taking.takenBefore
    takings[client] = taking
    guard self.pending > limit else { return [] }
    var cutOff: [Client] = []
    for (other, _) in takings.sorted(by: { $0.value.rate(now) < $1.value.rate(now) }) where other != client {
      remove(other)
      cutOff.append(other)
      if self.pending <= limit { break }
    }
    return cutOff
  }

  /// It has everything, or is gone.
  mutating func remove(_ client: Client) {
    pending -= takings.removeValue(forKey: client)?.pending ?? 0
  }
}
