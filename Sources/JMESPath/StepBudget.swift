/// *Confined to* one evaluation at a time. Steps that several evaluations may take together.
public final class StepBudget: @unchecked Sendable {
  /// What is left of them.
  public private(set) var left: Int
  /// An evaluation needed more than were left, and ended.
  public private(set) var isExhausted = false

  /// A budget of that many steps.
  public init(_ steps: Int) {
    left = steps
  }

  func take(_ steps: Int) {
    if steps > left { isExhausted = true }
    left = max(0, left - steps)
  }
}
