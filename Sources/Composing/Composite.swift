import Messages
import Plans

/// The finished answer of a composite route, and what there is to say about it.
package struct Composite: Sendable {
  package var answer: Answer
  package var isPartial: Bool
  /// By the plan's order of calls.
  package var records: [CallRecord]
  /// Fields of the answer whose expressions failed.
  package var fieldFailures: [FieldFailure]
  /// The answer would have been larger than the route's `maxAnswer`; it is a problem instead.
  package var isTooLarge = false
  /// Names to purge it by; `nil` where one of them could not be told, so that the answer can't be kept.
  package var tags: [String]? = []

  package var failedFields: [String] { fieldFailures.map(\.field) }
}
