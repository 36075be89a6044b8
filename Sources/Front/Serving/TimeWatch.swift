import Timing

/// The time limits of one connection: what it waits for, and whether the client takes what it is given. A value type
/// that does no I/O.
package struct TimeWatch {
  package enum Wait: Equatable, Sendable {
    /// Nothing is awaited of the client.
    case nothing
    /// A request on an open connection.
    case idle
    /// The rest of a head.
    case head
    /// More of a body.
    case body
    /// The other end's close.
    case close
  }

  package enum Verdict: Equatable, Sendable {
    case good
    case late(Wait)
    /// The client takes nothing of its answer.
    case stalled
  }

  package private(set) var wait = Wait.nothing
  /// When the wait was set.
  package private(set) var begun = Instant.distantFuture
  private var deadline = Instant.distantFuture
  private var pace = BodyPace(grace: .zero, bytesPerSecond: 0)
  package private(set) var owesOutput = false
  /// Bytes, since the connection began.
  package private(set) var written = 0
  private var taken = 0
  private var outputDeadline = Instant.distantFuture

  package init() {}

  package mutating func set(_ wait: Wait, after limit: Duration) {
    self.wait = wait
    begun = .now()
    deadline = begun.advanced(by: limit)
  }

  package mutating func clear() {
    wait = .nothing
    deadline = .distantFuture
  }

  package mutating func beginBody(_ pace: BodyPace) {
    self.pace = pace
  }

  /// More of a body is awaited.
  /// - Parameter isAsked: false where the client may wait for 100 first; then its pace does not count.
  package mutating func awaitBody(after limit: Duration, isAsked: Bool) {
    set(.body, after: limit)
    if isAsked { pace.wait(begun) }
  }

  package mutating func receivedBody(_ bytes: Int) {
    pace.received(bytes)
  }

  /// The client is not read for now.
  package mutating func pauseBody() {
    clear()
    pace.pause(.now())
  }

  package mutating func endBody() {
    clear()
    pace = BodyPace(grace: .zero, bytesPerSecond: 0)
  }

  package mutating func wrote(_ bytes: Int) {
    written += bytes
    owesOutput = true
  }

  /// The client has everything.
  package mutating func settleOutput() {
    owesOutput = false
    outputDeadline = .distantFuture
    taken = written
  }

  /// `pending` bytes are still unsent.
  package mutating func check(_ now: Instant, pending: Int, outputLimit: Duration) -> Verdict {
    if owesOutput {
      if pending == 0 {
        settleOutput()
      } else if written - pending > taken || outputDeadline == .distantFuture {
        taken = written - pending
        outputDeadline = now.advanced(by: outputLimit)
      } else if now >= outputDeadline {
        return .stalled
      }
    }
    return now >= deadline || wait == .body && pace.isSpent(now) ? .late(wait) : .good
  }
}
