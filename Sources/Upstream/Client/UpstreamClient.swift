import Plans
import Reactor
import Timing
import Transfers

/// *Confined to its transfer loop's thread*: call it from tasks that prefer that loop's reactor as their executor.
/// Calls backends: chooses the address, waits for a slot, asks the breaker, retries, and tells how it ended.
package final class UpstreamClient: @unchecked Sendable {  // guarded by the reactor's thread
  let backends: Backends
  let loop: TransferLoop
  var local: [LocalBackend]
  var random: SplitMix64

  /// One per loop; `backends` is shared between them. May be made on any thread.
  package init(backends: Backends, loop: TransferLoop) {
    self.backends = backends
    self.loop = loop
    let ordinal = backends.nextOrdinal()
    local = backends.all.map { LocalBackend($0, ordinal: ordinal) }
    random = SplitMix64(seed: .random(in: .min ... .max))
  }

  /// Makes one call with its retries, for a task that waits; see `UpstreamCall`. Ends at once when its task is
  /// cancelled.
  package func send(_ request: UpstreamRequest) async -> UpstreamReply {
    precondition(loop.reactor.isCurrent, "an upstream client belongs to its loop's thread")
    let reactor = loop.reactor
    let call = UpstreamCall(self, request)
    return await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        call.onEnd { continuation.resume(returning: $0) }
        if Task.isCancelled { call.cancel() } else { call.start() }
      }
    } onCancel: {
      reactor.execute { call.cancel() }
    }
  }
}
