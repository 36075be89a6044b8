/// What one expression may cost. The first two are checked when it is compiled, the others at every evaluation, so
/// that it always ends, in bounded time and memory, whatever the document.
public struct Limits: Sendable, Hashable {
  /// Length of the source in bytes.
  public var maxLength: Int
  /// Height of the syntax tree; bounds every recursion.
  public var maxNesting: Int
  /// Units of work: about one per node visited, per element looked at, and per 32 bytes read. Each stands for some 40 ns,
  /// and what takes longer counts as several.
  public var maxSteps: Int
  /// Bytes of the result as JSON, and of all strings that are made on the way.
  public var maxOutputBytes: Int
  /// Digits of a number in exact arithmetic.
  public var maxDigits: Int

  /// 8 KiB of source, 256 levels, five million steps, 16 MiB of output, 1,000 digits.
  public init(
    maxLength: Int = 8 << 10, maxNesting: Int = 256, maxSteps: Int = 5_000_000, maxOutputBytes: Int = 16 << 20,
    maxDigits: Int = 1000
  ) {
    self.maxLength = maxLength
    self.maxNesting = maxNesting
    self.maxSteps = maxSteps
    self.maxOutputBytes = maxOutputBytes
    self.maxDigits = maxDigits
  }
}

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
