import Resilience
import Timing

@testable import Upstream

extension SharedGate {
  struct NotAdmitted: Error {
    let entry: Gate<SlotWaiter>.Entry
  }

  /// Takes a slot at once or throws.
  func take() throws {
    let entry = enter(at: .now())
    guard entry == .admitted else { throw NotAdmitted(entry: entry) }
  }
}

extension BackendAddress {
  /// Passes its breaker or throws.
  func ticket() throws -> Breaker.Ticket {
    guard case .admitted(let ticket) = breaker?.admit(at: .now()) else { throw Unexpected("the breaker refuses") }
    return ticket
  }
}
