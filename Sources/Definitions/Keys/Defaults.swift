import JSONText
import Plans

/// The plan's own defaults, so that the reference can't say anything else.
enum Defaults {
  static let backend = BackendPlan(name: "", addresses: [], location: SourceLocation(file: "", line: 0, column: 0))
  static let retry = BackendPlan.Retry()
  static let breaker = BackendPlan.Breaker()
  static let health = BackendPlan.Health(path: "/")
  static let listenTLS = TLSListenerPlan(certificates: [])
  static let clientCertificates = TLSListenerPlan.ClientCertificates(authorities: "")
  static let compress = CompressPlan()
  static let composite = CompositePlan(calls: [])
  static let files = FilesPlan(folder: "", source: "")
  static let each = EachPlan(list: TextTemplate(constant: .array([]), source: "[]"))
  /// Of a proxy: to the response head, and idle.
  static let proxy: (timeout: Duration, idleTimeout: Duration) = (
    ProxyPlan.defaultTimeout, ProxyPlan.defaultIdleTimeout
  )
}
