import Plans
import Reactor
import Timing
import Transfers

/// *Confined to its transfer loop's thread*: which whoever calls it is on.
/// What the calls and streams of one loop share; see `UpstreamCall` and `openStream`.
package final class UpstreamClient: @unchecked Sendable {  // guarded by the reactor's thread
  let backends: Backends
  package let loop: TransferLoop
  let local: [LocalBackend]
  var random: SplitMix64
  /// Hears of all that backends respond.
  let recorder: (any ResponseRecorder)?

  /// One per loop and set of backends. May be made on any thread.
  package init(backends: Backends, loop: TransferLoop, recorder: (any ResponseRecorder)? = nil) {
    self.backends = backends
    self.recorder = recorder
    self.loop = loop
    local = backends.all.map { $0.local(of: loop) }
    random = SplitMix64(seed: .random(in: .min ... .max))
  }
}

extension UpstreamClient {
  /// Begins a pass-through request. On the loop's thread; the delegate hears of everything that follows, failures to
  /// begin included, after this has returned. The lease ends with the stream: there is nothing to give back.
  package func openStream(
    _ request: UpstreamStreamRequest, delegate: any UpstreamStreamDelegate
  ) -> UpstreamStream {
    precondition(loop.reactor.isCurrent, "an upstream client belongs to its loop's thread")
    let stream = UpstreamStream(self, request, delegate: delegate)
    stream.proceed()
    return stream
  }
}
