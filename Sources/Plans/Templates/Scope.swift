import JMESPath
import JSONText

/// What the expressions of a template see: request inputs and call values by name. A value; copying it to add `item`
/// copies the short member list, never the values.
package struct Scope: Sendable {
  /// What an expression sees as `$`. Names that are missing read as null.
  package var root: JSONObject
  /// The client's path ends in a slash: it goes on where a `*rest` behind it is empty.
  package var pathEndsInSlash = false
  /// `nil`: each expression has its own bound only. Copies share it.
  private(set) var budget: StepBudget?

  package init(_ root: JSONObject = JSONObject()) {
    self.root = root
  }

  /// From here on expressions may take that many steps in all; what goes over it fails.
  package mutating func limit(steps: Int) { budget = StepBudget(steps) }

  /// The limit on steps was reached.
  package var isExhausted: Bool { budget?.isExhausted ?? false }
}
