import Plans
import Reactor
import Timing
import Transfers

/// *Confined to its transfer loop's thread*: which whoever calls it is on.
/// What the calls and streams of one loop share; see `UpstreamCall` and `openStream`.
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
}
