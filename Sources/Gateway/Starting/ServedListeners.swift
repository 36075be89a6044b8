import Messages
import Plans

extension ProcessPlan {
  /// Returns where to listen. Throws where `listen` asks for what the servers can't do yet: who teaches them takes it
  /// out here.
  func servedListeners() throws(GatewayError) -> [ListenerPlan] {
    for listener in listeners {
      if listener.tls?.clientCertificates != nil { throw .notServedYet("client certificates") }
      if listener.redirect != nil { throw .notServedYet("redirects to https") }
    }
    return listeners
  }
}
