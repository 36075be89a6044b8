import Plans
import Synchronization
import Timing
import Transfers

/// *Immutable* apart from three atomics, which are read and written relaxed: a pick may act on a count that is a moment
/// old. One address of a backend and what the whole process knows of it.
final class BackendAddress: Sendable {
  let origin: Origin
  /// `nil`: calls always may.
  let breaker: AddressBreaker?
  /// The name for the log.
  let name: String
  let condition = AddressCondition()
  private let basePath: String
  private let inFlight = Atomic<Int>(0)
  private let health = Atomic<Bool>(true)
  private let drained = Atomic<Bool>(false)

  init(_ plan: BackendPlan.Address, settings: OriginSettings, breaker: AddressBreaker? = nil) {
    self.breaker = breaker
    origin = Origin(address: plan.origin, settings: settings)
    basePath = plan.basePath
    name = origin.address + basePath
  }

  /// `target` below the base path. It is encoded already and stays as it is; without a base path nothing is built.
  func target(_ target: String) -> String {
    basePath.isEmpty ? target : basePath + target
  }

  /// Attempts on their way, over all loops.
  var load: Int { inFlight.load(ordering: .relaxed) }

  func begin() { inFlight.wrappingAdd(1, ordering: .relaxed) }

  func end() { inFlight.wrappingSubtract(1, ordering: .relaxed) }

  /// What the probes say; without probes always true.
  var isHealthy: Bool {
    get { health.load(ordering: .relaxed) }
    set { health.store(newValue, ordering: .relaxed) }
  }

  /// No further attempt goes to it, as an operator wants; those under way go on, and so do probes.
  var isDrained: Bool {
    get { drained.load(ordering: .relaxed) }
    set { drained.store(newValue, ordering: .relaxed) }
  }
}

extension [BackendAddress] {
  /// Returns how long the breakers of all that are not drained refuse; `nil`: one of them lets a call try.
  func refusal(at now: Instant) -> Duration? {
    var least: Duration?
    for address in self where !address.isDrained {
      guard let time = address.breaker?.refusal(at: now) else { return nil }
      least = Swift.min(least ?? time, time)
    }
    return least
  }
}

extension OriginSettings {
  init(_ plan: BackendPlan, _ address: BackendPlan.Address) {
    self.init()
    unixSocket = address.unixSocket
    connectTimeout = plan.connectTimeout
    connectionMaxAge = plan.connectionMaxAge
    connectionIdle = plan.connectionIdle
    version = Version(plan.version)
    authorities = plan.tls.authorities
    certificate = plan.tls.certificate
    key = plan.tls.key
    serverName = plan.tls.serverName
    verifies = plan.tls.verify
  }
}

extension OriginSettings.Version {
  init(_ plan: BackendPlan.HTTPVersion) {
    switch plan {
    case .auto: self = .auto
    case .http1: self = .http1
    case .http2: self = .http2
    case .http2PriorKnowledge: self = .http2PriorKnowledge
    }
  }
}
