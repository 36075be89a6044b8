import Synchronization

/// What readiness depends on. *Guarded by* its atomic.
final class GatewayState: Sendable {
  private let draining = Atomic(false)

  var isDraining: Bool { draining.load(ordering: .relaxed) }

  func beginDraining() {
    draining.store(true, ordering: .relaxed)
  }
}
