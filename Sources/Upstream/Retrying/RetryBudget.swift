import Timing

/// Bounds retries to a share of requests, so that a backend in trouble gets at most that much more load (a token
/// bucket, as in Finagle). Every request earns its share of a retry, every retry costs one.
///
/// Small numbers: the bucket starts with `reserve` retries and regains one a second up to that, so a backend with a
/// few requests a minute may always retry; the share takes over where more than one retry a second is wanted. What is
/// earned in good times is kept up to `capacity`, so that a sudden outage can't spend a day's savings at once. A
/// share of 0 means no retries at all, without the reserve; no share means no bound.
///
/// One per backend and loop: the share holds for each loop and so for all; reserve and capacity count per loop.
struct RetryBudget: Sendable {
  /// Retries that a backend may make however few its requests.
  static let reserve = 10
  /// Most retries that can be saved up.
  static let capacity = 100
  /// The smallest part of a retry that is counted.
  private static let unit = 1_000_000

  /// `nil`: it pays for all.
  private let earned: Int?
  private var balance: Int
  private var refilledAt: Instant?

  /// `share` is clamped to 0...1.
  init(share: Double?) {
    earned = share.map { share in
      let clamped = share.isFinite ? min(max(share, 0), 1) : 0
      return Int(exactly: (clamped * Double(RetryBudget.unit)).rounded()) ?? RetryBudget.unit
    }
    balance = earned == 0 ? 0 : RetryBudget.reserve * RetryBudget.unit
  }

  /// A request (not a retry) begins.
  mutating func earn() {
    guard let earned else { return }
    balance = min(balance + earned, RetryBudget.capacity * RetryBudget.unit)
  }

  /// Pays for one retry; `false`: there is nothing left, don't retry.
  mutating func spend(at now: Instant) -> Bool {
    guard let earned else { return true }
    guard earned > 0 else { return false }
    refill(at: now)
    guard balance >= RetryBudget.unit else { return false }
    balance -= RetryBudget.unit
    return true
  }

  private mutating func refill(at now: Instant) {
    let full = RetryBudget.reserve * RetryBudget.unit
    let last = refilledAt ?? now
    guard now >= last else { return }
    // One retry a second is `unit` (a million) a second: one a microsecond.
    let microseconds = Int(clamping: last.duration(to: now).nanoseconds / 1000)
    refilledAt = last.advanced(by: .microseconds(microseconds))
    if balance < full { balance = min(full, balance + min(microseconds, full)) }
  }
}
