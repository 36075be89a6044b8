import Locking
import Plans
import Reactor
import Timing
import Transfers

/// *Guarded by its mutex.* Probes every address of the backends that ask for it, from one loop, and marks them healthy
/// or not for all loops.
package final class HealthProber: Sendable {
  /// A probe may take as long as the backend's `timeout`, or as this, and never longer than the pause between two.
  static let longestProbe: Duration = .seconds(5)

  /// An address that began or ceased to be healthy. For the log: it names addresses.
  package struct Change: Sendable, Equatable {
    package let backend: String
    /// Origin and base path.
    package let address: String
    package let isHealthy: Bool
  }

  private let backends: [Backend]
  private let loop: TransferLoop
  private let onChange: @Sendable (Change) -> Void
  private let patience: Duration?
  private let probes = Locked<[Task<Void, Never>]>([])

  /// - Parameters:
  ///   - patience: how long a probe may take, instead of what the backend's settings say.
  ///   - onChange: called on the loop's thread.
  init(
    _ backends: [Backend], loop: TransferLoop, patience: Duration? = nil,
    onChange: @escaping @Sendable (Change) -> Void = { _ in }
  ) {
    self.patience = patience
    self.backends = backends
    self.loop = loop
    self.onChange = onChange
  }

  /// Begins at once, with one probe per address. Once; any thread.
  func start() {
    for backend in backends {
      guard let health = backend.health else { continue }
      let patience = patience ?? min(health.every, backend.attemptTimeout ?? Self.longestProbe)
      for address in backend.addresses {
        let probe = AddressProbe(
          backend: backend, address: address, health: health, patience: patience, loop: loop)
        let task = Task(executorPreference: loop.reactor) { [onChange] in await probe.run(onChange) }
        probes.withLock { $0.append(task) }
      }
    }
  }

  /// Any thread. The shutdown of the loop ends the probes too.
  func stop() {
    for task in probes.withLock({ $0 }) { task.cancel() }
  }

  /// Returns when no probe runs any more, after `stop` or the loop's shutdown.
  func ended() async {
    for task in probes.withLock({ $0 }) { await task.value }
  }
}
