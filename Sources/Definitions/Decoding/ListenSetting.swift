import Plans

/// What `listen` says of one listener, and where.
struct ListenSetting {
  enum Redirect: String, CaseIterable {
    case https
  }

  var plan: ListenerPlan
  /// The value of its address.
  let address: YAMLNode
  /// The value of `proxyProtocol`.
  var proxyProtocol: YAMLNode?
}
