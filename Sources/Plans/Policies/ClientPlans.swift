/// How much clients are let have by the plan that each has (`plans`). A value.
package struct ClientPlans: Sendable {
  /// The plan of clients whose own is none of these.
  package static let fallback = "default"

  /// In the order of the definition, no two of one name.
  package let plans: [ClientPlan]

  package init(_ plans: [ClientPlan]) {
    self.plans = plans
  }

  package var isShared: Bool { plans.contains { $0.limits.contains { $0.conduct.store == .shared } } }

  /// `gold: 1000/1m, 1000000/month; default: 10/1m`
  package var written: String {
    plans.map { plan in "\(plan.name): \(plan.limits.map(\.writtenRate).joined(separator: ", "))" }
      .joined(separator: "; ")
  }
}

/// One of `plans`. A value.
package struct ClientPlan: Sendable {
  /// As `identity.plan` has it.
  package var name: String
  /// All must have room. Their rates are fixed, and they count by the client alone.
  package var limits: [LimitPlan]
  package var definition = Definition()

  package init(_ name: String, _ limits: [LimitPlan]) {
    self.name = name
    self.limits = limits
  }
}
