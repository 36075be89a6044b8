/// Fans a call out over a list.
package struct EachPlan: Sendable {
  package var list: TextTemplate
  /// Requests of this call in flight at once.
  package var concurrency = 16
  /// More items than this make the call `invalid-request`, equal ones counted once where they are merged.
  package var max = 100
  /// More elements than this, nulls and repetitions included, make it so, too: each has its place in the result.
  package var maxElements = 100 * EachPlan.elementsPerItem
  /// Items per request; `nil`: one, in scope as `item` (with a batch: `items`).
  package var batch: Int?
  /// The result becomes an object keyed by this member of each element (of a batch), or by the item (without a batch).
  package var key: String?

  /// `maxElements` as a multiple of `max`, where a file does not say.
  package static let elementsPerItem = 10

  package init(list: TextTemplate) {
    self.list = list
  }
}
