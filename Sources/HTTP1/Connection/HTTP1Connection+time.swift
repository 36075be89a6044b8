import Front
import NIOCore
import Timing

extension HTTP1Connection {
  /// Called once a tick.
  package func checkTime(_ now: Instant) {
    guard let context else { return }
    let pending = watch.owesOutput ? pendingBytes(context) : 0
    if pending > 0 || isCountedUntaken { countUntaken(pending) }
    switch watch.check(now, pending: pending, outputLimit: loop.settings.timeouts.body) {
    case .good: return
    case .stalled:
      loop.settings.logger.debug("client takes no more of its answer")
      abort()
    case .late(let wait): late(wait)
    }
  }

  private func late(_ wait: TimeWatch.Wait) {
    switch wait {
    case .nothing: return
    case .idle:
      if !watch.owesOutput { hangUp() }
    case .head: refuse(RequestFault(408, "the request head took too long"))
    case .body:
      guard state.answer == .awaited else { return abort() }
      refuse(RequestFault(408, "the request body took too long"))
    case .close: abort()
    }
  }
}
