import Logging
import Observing
import Plans

/// How a server treats its clients. A value, which a reload replaces.
package struct ServerSettings: Sendable {
  package var limits = ProcessPlan.Limits()
  /// Of the admin address.
  package static let adminConnections = 64

  /// Connections above the limit that are told so at a time; more are just closed.
  package var mostRefusals = 256
  /// Above the limit, the connection that has waited for a request the longest is closed for the new one.
  package var makesRoom = false
  package var timeouts = ProcessPlan.Timeouts()
  package var trustedProxies = TrustedProxies()
  /// `Strict-Transport-Security` of all answers over TLS.
  package var hsts: String?
  package var logger: Logger
  /// One line a request, whatever the level; nil: none.
  package var accessLog: AccessLogSettings?
  /// Who else hears of each request.
  package var observers: [any RequestObservers] = []
  /// Of which requests spans are made.
  package var sampling = TraceSampling.off

  package init(logger: Logger) {
    self.logger = logger
  }

  package init(_ plan: ProcessPlan, logger: Logger, accessLog: LogWriter?) {
    self.logger = logger
    limits = plan.limits
    timeouts = plan.timeouts
    trustedProxies = TrustedProxies(plan.trustedProxies, family: plan.forwardedBy)
    hsts = plan.hsts?.fieldValue
    if plan.accessLog { self.accessLog = accessLog.map { AccessLogSettings(plan.log, $0) } }
    sampling = TraceSampling(plan.tracing)
  }

  /// For the admin address: bounds of its own, so that it answers whatever clients do, and no access log.
  package var forAdmin: ServerSettings {
    var settings = self
    settings.accessLog = nil
    settings.observers = []
    settings.sampling = .off
    settings.makesRoom = true
    settings.limits.connections = Self.adminConnections
    settings.limits.connectionsPerClient = nil
    settings.limits.requestsInFlight = 256
    settings.limits.bodiesInFlight = 256
    return settings
  }
}
