import Resilience
import Timing

/// *Confined to its loop's thread.* The parts of a backend that one loop keeps for itself, so that it needs no lock.
final class LocalBackend: @unchecked Sendable {  // guarded by the reactor's thread
  enum Pick {
    /// The ticket is to be recorded with the address's breaker, where it has one.
    case address(BackendAddress, Breaker.Ticket)
    /// The breakers of all addresses are open.
    case refused(retryAfter: Duration)
  }

  private var balancer: Balancer
  /// Present where the backend retries.
  var budget: RetryBudget?
  let figures: BackendShard
  private var refusals = RefusalTally()

  init(_ backend: Backend, ordinal: Int) {
    figures = backend.figures.shard(ordinal)
    balancer = backend.balancer(skipping: ordinal)
    budget = backend.retry.map { RetryBudget(share: $0.budget) }
  }

  /// Picks the address of the next attempt, which is then one of `tried`.
  func pick(
    _ backend: Backend, key: String?, tried: inout TriedAddresses, random: inout SplitMix64, at now: Instant
  ) -> Pick {
    let addresses = backend.addresses
    // Another loop may take an address's probe between the look and the knock; then the next one is tried.
    for _ in addresses.indices {
      guard let index = choose(backend, key, tried, &random, now) else { break }
      guard let breaker = addresses[index].breaker else {
        tried.insert(index)
        return .address(addresses[index], Breaker.Ticket())
      }
      if case .admitted(let ticket) = breaker.admit(at: now) {
        tried.insert(index)
        return .address(addresses[index], ticket)
      }
    }
    return .refused(retryAfter: addresses.refusal(at: now) ?? Breaker.retryAfterProbe)
  }

  private func choose(
    _ backend: Backend, _ key: String?, _ tried: TriedAddresses, _ random: inout SplitMix64, _ now: Instant
  ) -> Int? {
    let addresses = backend.addresses
    if addresses.count == 1 { return 0 }
    return balancer.pick(
      key: key, avoiding: tried, random: &random,
      isOpen: { addresses[$0].isDrained || addresses[$0].breaker?.refusal(at: now) != nil },
      isHealthy: { addresses[$0].isHealthy }, load: { addresses[$0].load })
  }

  /// Returns when to try again after `end`; `nil`: it is the last word.
  func retry(
    _ attempts: inout Attempts, after end: AttemptEnd, of backend: Backend, deadline: Instant,
    random: inout SplitMix64
  ) -> Instant? {
    guard let policy = backend.retry, var budget else { return nil }
    let now = Instant.now()
    let start = attempts.next(
      after: end, at: now, deadline: deadline, policy: policy, budget: &budget, random: &random)
    self.budget = budget
    if attempts.denial == .budget, let count = refusals.add(at: now) {
      backend.report(.retriesRefused(count, backend: backend.name))
    }
    if start != nil { figures.retry() }
    return start
  }
}

/// Counts attempts that a budget did not pay for, and says when to tell: the first at once, the others together.
struct RefusalTally: Sendable {
  /// The pause between two lines of the log.
  static let pause: Duration = .seconds(10)

  private var untold = 0
  private var quietUntil = Instant(nanoseconds: 0)

  /// Counts one. The number to tell now; `nil`: nothing yet.
  mutating func add(at now: Instant) -> Int? {
    untold += 1
    guard now >= quietUntil else { return nil }
    defer { untold = 0 }
    quietUntil = now.advanced(by: RefusalTally.pause)
    return untold
  }
}
