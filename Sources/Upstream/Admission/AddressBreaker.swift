import Locking
import Plans
import Resilience
import Synchronization
import Timing
import Transfers

/// *Guarded by its mutex*, but for one atomic, so that balancing takes no lock. The breaker of one address, shared by
/// all loops.
final class AddressBreaker: Sendable {
  private let breaker: Locked<Breaker>
  /// `Breaker.shutUntil`, in nanoseconds; written under the mutex. A balancer may act on one that is a moment old:
  /// `admit` has the last word.
  private let shutUntil = Atomic<Int64>(0)
  private let onChange: @Sendable (Breaker.Change) -> Void

  /// `onChange` is called on whatever thread changed it, outside of the mutex.
  init(_ plan: BackendPlan.Breaker, onChange: @escaping @Sendable (Breaker.Change) -> Void) {
    breaker = Locked(Breaker(plan))
    self.onChange = onChange
  }

  /// Returns how long nobody is let through; `nil`: a call may try.
  func refusal(at now: Instant) -> Duration? {
    Breaker.refusal(until: Instant(nanoseconds: shutUntil.load(ordering: .relaxed)), at: now)
  }

  /// As a call would meet it: one whose pause is over lets it through.
  func state(at now: Instant) -> Breaker.Change.State {
    breaker.withLock { $0.isClosed ? .closed : $0.refusal(at: now) == nil || $0.isProbing ? .halfOpen : .open }
  }

  func admit(at now: Instant) -> Breaker.Admission {
    change { $0.admit(at: now) }
  }

  func record(_ verdict: Breaker.Verdict, _ ticket: Breaker.Ticket, at now: Instant) {
    change { $0.record(verdict, ticket, at: now) }
  }

  /// Closes it, without a past, as an operator wants; nothing is told of it.
  func reset() {
    change { $0.reset() }
  }

  private func change<R: Sendable>(_ body: (inout Breaker) -> R) -> R {
    let (result, change) = breaker.withLock { breaker in
      let result = body(&breaker)
      shutUntil.store(breaker.shutUntil.nanoseconds, ordering: .relaxed)
      return (result, breaker.takeChange())
    }
    if let change { onChange(change) }
    return result
  }
}

extension Breaker {
  init(_ plan: BackendPlan.Breaker) {
    self.init(
      window: .time(plan.window), pauses: Backoff(first: plan.openFor, longest: plan.openFor),
      leastCalls: plan.minimumCalls, rate: plan.errorRate)
  }
}

/// The verdict of an attempt about its address: bad are no connection, no response in time, a broken response, and a
/// status that counts as a failure.
extension Breaker.Verdict {
  init(status: Int, failing: StatusSet) {
    self = failing.contains(status) ? .bad : .good
  }

  init(_ result: Result<TransferResponse, TransferFailure>, failing: StatusSet) {
    switch result {
    case .success(let response): self.init(status: response.status, failing: failing)
    case .failure(let failure): self.init(failure)
    }
  }

  /// A backend that says too much is well: otherwise whoever finds one URL with a large response could close the
  /// backend for all.
  init(_ failure: TransferFailure) {
    switch failure {
    case .timeout, .connect, .invalid: self = .bad
    case .tooLarge: self = .good
    case .cancelled: self = .none
    }
  }
}
