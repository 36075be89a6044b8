/// One route: where it matches and what it does.
package struct RoutePlan: Sendable {
  package enum Work: Sendable {
    /// Calls and an answer made of their values; a static answer where there are none.
    case composite(CompositePlan)
    case proxy(ProxyPlan)
    case redirect(RedirectPlan)
    case files(FilesPlan)
  }

  /// The BFF of the file, or the file's name without its ending where it says none.
  package var bff: String
  package var methods: MethodSet
  /// The file's prefix included.
  package var pattern: PathPattern
  /// Lower-case host names, without port; a leading `*.` stands for one or more labels. Empty: every host.
  package var hosts: [String]
  package var location: SourceLocation
  package var work: Work
  package var policies = RoutePolicies()
  package var documentation = RouteDocumentation()
  package var definition = Definition()

  package init(
    bff: String, methods: MethodSet, pattern: PathPattern, hosts: [String], location: SourceLocation, work: Work
  ) {
    self.bff = bff
    self.methods = methods
    self.pattern = pattern
    self.hosts = hosts
    self.location = location
    self.work = work
  }

  /// `nil`: it is proxied, leads elsewhere, or has files.
  package var composite: CompositePlan? {
    if case .composite(let plan) = work { plan } else { nil }
  }

  /// The name as users write it, with the prefix: `GET /mobile/dashboard/:userId`. The route's name in logs.
  package var name: String { "\(methods) \(pattern)" }

  /// The name, with the hosts by which routes of one name differ.
  package var identity: String { ([name] + hosts).joined(separator: " ") }
}

/// The request methods a route answers to.
package enum MethodSet: Hashable, Sendable, CustomStringConvertible {
  /// `ANY`: every method.
  case any
  /// Upper-case methods, in the order written (`GET|POST`).
  case only([String])

  package var description: String {
    switch self {
    case .any: "ANY"
    case .only(let methods): methods.joined(separator: "|")
    }
  }
}
