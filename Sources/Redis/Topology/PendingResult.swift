/// *Confined to its event loop.* A result that may come before the call that asks for it has returned, as a link's may, or
/// after. It is told once.
package final class PendingResult<Value> {
  private let completion: (Value) -> Void
  private var value: Value?
  private var hasReturned = false

  /// - Parameter completion: hears of what comes after the call has returned.
  package init(_ completion: @escaping (Value) -> Void) {
    self.completion = completion
  }

  package func tell(_ value: Value) {
    if hasReturned { completion(value) } else { self.value = value }
  }

  /// What the call returns; `nil` where the result is yet to come.
  package func returned() -> Value? {
    hasReturned = true
    return value
  }
}
