import Messages

/// The finished answer of a composite route, and what there is to say about it.
package struct Composite: Sendable {
  package var reply: Reply
  package var isPartial: Bool
  /// By the plan's order of calls.
  package var records: [CallRecord]
  /// Fields of the answer whose expressions failed.
  package var failedFields: [String]
}
