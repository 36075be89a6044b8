import Plans

/// A folder of definitions that can be served.
package struct LoadedDefinitions: Sendable {
  package let plan: GatewayPlan
  /// What is hardly meant; usually none.
  package let warnings: Diagnostics
}
