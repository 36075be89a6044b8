extension GatewayPlan {
  /// Some route or call has `cache`.
  package var keepsAnything: Bool {
    routes.contains { route in
      guard case .composite(let composite) = route.work else { return false }
      return composite.cache != nil || composite.calls.contains { $0.cache != nil }
    }
  }
}
