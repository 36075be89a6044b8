import Front
import Locking
import Timing

/// *Guarded by its lock*, which is held by its loop for a few hundred nanoseconds a request, and by who looks for as long as
/// it takes to share what is there. What one front loop tells of its requests: those themselves, and figures of the last
/// minutes. The counters of `/metrics` (`RequestCounters`) are a second observer, since theirs are sums since the start, with
/// labels, which nothing of a minute can be told from.
final class LoopWatch: RequestObserver, Sendable {
  private let state = Locked(LoopState())
  private let watches: RequestWatches

  init(_ watches: RequestWatches) {
    self.watches = watches
  }

  func ended(_ exchange: Exchange) { add(WatchedRequest(exchange)) }

  func add(_ request: WatchedRequest) {
    state.withLock { $0.add(request) }
    if request.notable(slowFrom: watches.slowFrom) != nil { watches.keep(request) }
  }

  func refused(status: Int) {
    state.withLock { $0.refused(status, at: .now()) }
  }

  var snapshot: LoopState { state.withLock { $0 } }
}
