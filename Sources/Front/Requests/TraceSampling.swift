import Plans

/// Which requests spans are made of, and what backends are told of that. A value.
package struct TraceSampling: Sendable {
  /// No spans are made: a trace that begins here is marked as sampled, and one that is continued as it came.
  package static let off = TraceSampling(nil)

  private let isOn: Bool
  /// Of the low half of a trace's id without its last bit: those below it are sampled.
  private let bound: UInt64
  private let followsParent: Bool
  /// The end of a request may have it kept, whatever its flag says.
  private let keepsAny: Bool

  package init(_ plan: TracingPlan?) {
    isOn = plan != nil
    bound = plan.map { TracingPlan.bound(of: $0.sample) } ?? 0
    followsParent = plan?.followsParent ?? true
    keepsAny = plan?.keep.isAny ?? false
  }

  /// The flags that are told to backends.
  /// - Parameter inbound: those of the trusted proxy whose trace goes on.
  func flags(traceLow: UInt64, inbound: UInt8?) -> UInt8 {
    guard isOn else { return inbound ?? 1 }
    if followsParent, let inbound { return inbound }
    return traceLow >> 1 < bound ? 1 : 0
  }

  func records(_ flags: UInt8) -> Bool { isOn && (keepsAny || flags & 1 == 1) }
}
