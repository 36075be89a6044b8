import NIOCore
import Synchronization

/// One who waits for another's fetch, for so long. Settled exactly once, by the result or by time, and told on its own
/// event loop. Guarded by `settled`; the rest is confined to the loop.
final class FlightWaiter: @unchecked Sendable {
  enum Result: Sendable {
    case hit(CacheHit)
    /// The fetch came to nothing, or to what has been purged before this one asked: begin anew.
    case again
    /// It took too long.
    case tooLong
  }

  /// The purge log's position when it began to wait: what was fetched before a purge that came before is not for it.
  let position: PurgeLog.Position
  private let settled = Atomic<Bool>(false)
  private let loop: any EventLoop
  private var completion: ((Result) -> Void)?
  private var timer: Scheduled<Void>?

  /// Made on `loop`.
  init(
    loop: any EventLoop, since position: PurgeLog.Position, waitingAtMost limit: TimeAmount,
    _ completion: @escaping (Result) -> Void
  ) {
    self.loop = loop
    self.position = position
    self.completion = completion
    timer = loop.assumeIsolated().scheduleTask(in: limit) { self.settle(.tooLong) }
  }

  var isSettled: Bool { settled.load(ordering: .acquiring) }

  /// Ends the waiting, from any thread.
  func settle(_ result: Result) {
    guard !settled.exchange(true, ordering: .acquiringAndReleasing) else { return }
    if loop.inEventLoop { tell(result) } else { loop.execute { self.tell(result) } }
  }

  private func tell(_ result: Result) {
    timer?.cancel()
    timer = nil
    let completion = completion
    self.completion = nil
    completion?(result)
  }
}
