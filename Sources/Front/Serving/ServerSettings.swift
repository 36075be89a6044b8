import Logging
import Plans

/// How a server treats its clients. Immutable once it is started.
package struct ServerSettings: Sendable {
  package var limits = ProcessPlan.Limits()
  package var timeouts = ProcessPlan.Timeouts()
  package var trustedProxies = TrustedProxies()
  package var logger: Logger
  /// One line a request, at `info`; nil: none.
  package var accessLogger: Logger?

  package init(logger: Logger) {
    self.logger = logger
  }

  package init(_ plan: ProcessPlan, logger: Logger) {
    self.logger = logger
    limits = plan.limits
    timeouts = plan.timeouts
    trustedProxies = TrustedProxies(plan.trustedProxies)
    accessLogger = plan.accessLog ? logger : nil
  }
}
