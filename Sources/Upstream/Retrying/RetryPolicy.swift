import Plans
import Resilience

/// A backend's `retry` in a form that is quick to ask. Immutable.
struct RetryPolicy: Sendable {
  /// The backoff doubles up to this, and no further; one that begins above it does not grow.
  static let longestBackoff: Duration = .seconds(5)

  /// The attempts in all, the first included; at least 1.
  let attempts: Int
  let backoff: Backoff
  /// `nil`: no bound.
  let budget: Double?
  private let onConnect: Bool
  private let onTimeout: Bool
  private let statuses: StatusSet

  init(_ plan: BackendPlan.Retry) {
    attempts = max(1, plan.attempts)
    backoff = Backoff(first: plan.backoff, longest: RetryPolicy.longestBackoff)
    budget = plan.budget
    onConnect = plan.on.contains(.connect)
    onTimeout = plan.on.contains(.timeout)
    statuses = StatusSet(
      plan.on.compactMap { cause -> Int? in
        if case .status(let status) = cause { status } else { nil }
      })
  }

  func covers(_ outcome: AttemptOutcome) -> Bool {
    switch outcome {
    case .connect: onConnect
    case .timeout: onTimeout
    case .status(let status): statuses.contains(status)
    case .other: false
    }
  }
}
