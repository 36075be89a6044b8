import Firewall

/// Requests are inspected by rules before the work sees them. A value.
package struct WAFPlan: Sendable {
  package enum Mode: String, Hashable, CaseIterable, Sendable {
    /// What rules refuse is answered with 403.
    case block
    /// It goes on, and the log tells of it.
    case detect
  }

  package var rules: RuleSet
  package var mode = Mode.block

  package init(_ rules: RuleSet) {
    self.rules = rules
  }
}
