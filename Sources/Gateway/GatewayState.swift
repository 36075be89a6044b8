import Synchronization

/// What readiness depends on. *Guarded by* its atomics.
final class GatewayState: Sendable {
  private let draining = Atomic(false)
  private let cuttingOff = Atomic(false)

  var isDraining: Bool { draining.load(ordering: .relaxed) }

  /// The drain time is over: calls that end now were cut off.
  var isCuttingOff: Bool { cuttingOff.load(ordering: .acquiring) }

  func beginCuttingOff() {
    cuttingOff.store(true, ordering: .releasing)
  }

  func beginDraining() {
    draining.store(true, ordering: .relaxed)
  }
}
