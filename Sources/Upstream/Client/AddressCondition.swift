import Locking
import Resilience
import Synchronization
import Timing
import Transfers

/// *Guarded by* an atomic, and for the last failure by a lock that only failures take. What the attempts to an address, and
/// its probes, say of it, for those who run the gateway; balancing does not ask.
final class AddressCondition: Sendable {
  /// Below 0: nothing is known.
  private let failures = Atomic<Int>(-1)
  private let last = Locked<BackendCondition.Failure?>(nil)

  /// Failures since the last good answer; `nil`: nothing was sent yet.
  var failuresInARow: Int? {
    let count = failures.load(ordering: .relaxed)
    return count < 0 ? nil : count
  }

  /// However long ago it was.
  var lastFailure: BackendCondition.Failure? { last.withLock { $0 } }

  func note(_ status: Int) { note(status, isGood: status < 500) }

  /// Two loops may note at once: of a count in a row that is no loss.
  func note(_ status: Int, isGood: Bool) {
    if !isGood { return fail("status \(status)") }
    if failures.load(ordering: .relaxed) != 0 { failures.store(0, ordering: .relaxed) }
  }

  func note(_ result: Result<TransferResponse, TransferFailure>) {
    switch result {
    case .success(let response): note(response.status)
    case .failure(let failure): note(failure)
    }
  }

  func note(_ failure: TransferFailure) {
    switch failure {
    case .timeout: fail("timeout")
    case .connect(let reason): fail("connect: \(reason)")
    case .invalid(let reason): fail("invalid: \(reason)")
    // Of its condition they say nothing: it has answered, or was not let.
    case .tooLarge, .cancelled: break
    }
  }

  private func fail(_ words: String) {
    failures.store(max(0, failures.load(ordering: .relaxed)) &+ 1, ordering: .relaxed)
    last.withLock { $0 = BackendCondition.Failure(words: words, at: .clock()) }
  }
}

/// How a backend is, as far as is known here. A value.
package struct BackendCondition: Sendable {
  package enum State: String, Sendable {
    case up
    /// Some of it fails.
    case degraded
    /// Nothing is sent there, or nothing comes of it.
    case down
    /// Nothing was sent there yet.
    case unknown
  }

  package struct Failure: Equatable, Sendable {
    /// Such as `timeout` or `status 503`; it may hold addresses, never what was sent or answered.
    package let words: String
    package let at: WallTime
  }

  package struct Address: Sendable {
    /// Origin and base path.
    package let name: String
    package let state: State
    /// `nil`: it has none.
    package let breaker: Breaker.Change.State?
    /// What probes say; `nil` where there are none.
    package let isHealthy: Bool?
    package let lastFailure: Failure?
  }

  /// So many failures one after the other, where neither a breaker nor probes are there to say that it is down.
  static let failuresOfDown = 3

  package let name: String
  package let addresses: [Address]

  package var state: State {
    let states = addresses.map(\.state)
    for state in [State.up, .unknown, .down] where states.allSatisfy({ $0 == state }) { return state }
    return states.contains(.down) || states.contains(.degraded) ? .degraded : .up
  }

  init(_ backend: Backend, at now: Instant) {
    name = backend.name
    addresses = backend.addresses.map { address in
      let breaker = address.breaker?.state(at: now)
      let isHealthy = backend.health == nil ? nil : address.isHealthy
      let state = Self.state(breaker, isHealthy, failures: address.condition.failuresInARow)
      return Address(
        name: address.name, state: state, breaker: breaker, isHealthy: isHealthy,
        lastFailure: address.condition.lastFailure)
    }
  }

  /// - Parameter failures: in a row; `nil`: nothing was sent.
  static func state(_ breaker: Breaker.Change.State?, _ isHealthy: Bool?, failures: Int?) -> State {
    if breaker == .open || isHealthy == false { return .down }
    if breaker == .halfOpen { return .degraded }
    guard let failures else { return .unknown }
    if failures == 0 { return .up }
    return breaker == nil && isHealthy == nil && failures >= failuresOfDown ? .down : .degraded
  }
}

extension Backends {
  /// In the order of their plans.
  package var conditions: [BackendCondition] {
    let now = Instant.now()
    return all.map { BackendCondition($0, at: now) }
  }
}
