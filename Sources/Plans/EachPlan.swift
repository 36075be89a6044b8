/// Fans a call out over a list.
package struct EachPlan: Sendable {
  package var list: TextTemplate
  /// Requests of this call in flight at once.
  package var concurrency = 16
  /// More distinct items than this make the call `invalid-request`.
  package var max = 100
  /// Items per request; `nil`: one, in scope as `item` (with a batch: `items`).
  package var batch: Int?
  /// The result becomes an object keyed by this member of each element (of a batch), or by the item (without a batch).
  package var key: String?

  package init(list: TextTemplate) {
    self.list = list
  }
}
