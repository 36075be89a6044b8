import Timing

@testable import Upstream

extension SharedGate {
  struct NotAdmitted: Error {
    let entry: Gate<SlotWaiter>.Entry
  }

  /// Passes at once or throws.
  func ticket() throws -> Breaker.Ticket {
    let entry = enter(at: .now())
    guard case .admitted(let ticket) = entry else { throw NotAdmitted(entry: entry) }
    return ticket
  }
}
