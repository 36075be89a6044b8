import Timing

/// What can be said of a name now.
package enum KnownName: Equatable, Sendable {
  /// In numbers; at least one. `generation` changes when they do.
  case addresses([String], generation: Int)
  case failure(LookupFailure)
  /// A lookup is under way, and worth waiting for: until then, or until it ends.
  case asking(until: Instant?)
}
