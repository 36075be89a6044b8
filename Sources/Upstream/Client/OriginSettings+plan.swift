import Plans
import Transfers

extension OriginSettings {
  init(_ plan: BackendPlan, _ address: BackendPlan.Address) {
    self.init()
    unixSocket = address.unixSocket
    connectTimeout = plan.connectTimeout
    connectionMaxAge = plan.connectionMaxAge
    connectionIdle = plan.connectionIdle
    version = Version(plan.version)
    authorities = plan.tls.authorities
    certificate = plan.tls.certificate
    key = plan.tls.key
    serverName = plan.tls.serverName
    verifies = plan.tls.verify
  }
}

extension OriginSettings.Version {
  init(_ plan: BackendPlan.HTTPVersion) {
    switch plan {
    case .auto: self = .auto
    case .http1: self = .http1
    case .http2: self = .http2
    case .http2PriorKnowledge: self = .http2PriorKnowledge
    }
  }
}
