import NIOCore
import Plans

/// *Confined to its event loop.* The right to work at a request, and the duty to say what came of it. While it is held,
/// its lease is renewed; one that is let go of without a word ends with its lease.
///
///     open ──leaveInDoubt──> in doubt
///       └── keep, release ─────┴──> over
package final class Claim {
  enum Place {
    case here, redis
  }

  private enum State {
    case open, inDoubt, over
  }

  let request: KeyedRequest
  let token: String
  let place: Place
  let plan: IdempotencyPlan
  private let claims: Claims
  private var state = State.open

  init(_ request: KeyedRequest, token: String, at place: Place, _ plan: IdempotencyPlan, of claims: Claims) {
    self.request = request
    self.token = token
    self.place = place
    self.plan = plan
    self.claims = claims
    scheduleRenewal()
  }

  /// The answer is given again from now on.
  package func keep(_ answer: KeptAnswer) {
    if isOver() { return }
    claims.keep(answer, of: self)
  }

  /// Nothing came of it, and the request may come again.
  package func release() {
    if isOver() { return }
    claims.release(self)
  }

  /// Nobody will know what becomes of the request: until the lease ends, it counts as running.
  package func leaveInDoubt() {
    if state == .open { state = .inDoubt }
  }

  private func isOver() -> Bool {
    defer { state = .over }
    return state == .over
  }

  private func scheduleRenewal() {
    claims.loop.assumeIsolated().scheduleTask(in: Claims.renewalPause) { [weak self] in self?.renew() }
  }

  private func renew() {
    guard state == .open else { return }
    claims.renew(self)
    scheduleRenewal()
  }
}
