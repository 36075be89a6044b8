import Foundation

/// Counts how many requests are being answered at once. The first ones wait until as many as `meeting` are there, so
/// that a gateway that sends fewer at once is found out too. Guarded by its lock.
final class Gauge: @unchecked Sendable {
  private let lock = NSLock()
  private let barrier: Barrier
  private var running = 0
  private var highest = 0

  init(meeting count: Int) {
    barrier = Barrier(count)
  }

  /// The most that there ever were.
  var most: Int { lock.withLock { highest } }

  func answer(_ request: RecordedRequest) -> ScriptedAnswer {
    lock.withLock {
      running += 1
      highest = max(highest, running)
    }
    let met = barrier.arrive()
    usleep(2_000)
    lock.withLock { running -= 1 }
    return met ? .json("\"\(request.target)\"") : .json("null", status: 599)
  }
}
