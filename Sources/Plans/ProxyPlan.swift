import JSONText

/// The work of a pass-through route.
package struct ProxyPlan: Sendable {
  package enum Host: String, CaseIterable, Sendable {
    /// The backend's own name (the default).
    case backend
    /// The client's `Host`, unchanged.
    case client
  }

  /// Its method is unused: the client's goes upstream. Where the template has a `?`, the client's query does not.
  package var request: RequestTemplate
  /// The lines that are set on the request upstream, after the client's own of that name are removed.
  package var headers: [HeaderTemplate] = []
  package var host = Host.backend
  /// The time until the backend's response head.
  package var timeout = ProxyPlan.defaultTimeout
  /// The time without a byte in either direction.
  package var idleTimeout = ProxyPlan.defaultIdleTimeout
  /// Bytes of a body that are kept at most, so that another attempt can send it again.
  package var retryBuffer = ProxyPlan.defaultRetryBuffer
  /// The way back of what the backend says of its places; `nil`: that goes out as it comes.
  package var places: PlaceMap?
  package var reads = RequestReads()
  /// The environment variables that request templates read, as members of `env`. Never printed.
  package var env: JSONObject {
    get { secrets.revealed }
    set { secrets = Secret(newValue) }
  }
  private var secrets = Secret(JSONObject())

  package static let defaultTimeout: Duration = .seconds(30)
  package static let defaultIdleTimeout: Duration = .seconds(60)
  package static let defaultRetryBuffer = 64 * 1024

  package init(request: RequestTemplate) {
    self.request = request
  }

  /// Tells whether the client's `Host` goes upstream: the route says so, or its backend does.
  package func keepsHost(of backend: BackendPlan) -> Bool { host == .client || backend.host == .client }
}
