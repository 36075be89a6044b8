import Locking
import Plans
import TLS

/// What a listener's handshakes are made with now. *Guarded by its lock*, which a handshake takes once.
final class ListenerTLS: Sendable {
  private let current: Locked<ServerContexts>

  /// Blocks: files are read.
  init(_ plan: TLSListenerPlan, isHTTP2: Bool) throws(CertificateFault) {
    current = Locked(try ServerContexts(plan, isHTTP2: isHTTP2))
  }

  var contexts: ServerContexts { current.withLock { $0 } }
}
