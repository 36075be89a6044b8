import Locking
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
