import JSONText
import Plans

/// A backend that a request would use: where it is, and what guards it.
struct ExplainedBackend {
  let plan: BackendPlan

  var addresses: [String] {
    plan.addresses.map { address in
      let socket = address.unixSocket.map { " by \($0)" } ?? ""
      return "\(address.origin)\(address.basePath)\(socket)" + (address.weight > 1 ? " (weight \(address.weight))" : "")
    }
  }

  var balance: String {
    switch plan.balance {
    case .roundRobin: "round-robin"
    case .leastRequests: "least-requests"
    case .randomOfTwo: "random-of-two"
    case .hash(let template): "hash(\(template.source.dropFirst(2).dropLast()))"
    }
  }

  var retry: String? {
    plan.retry.map { retry in
      let causes = retry.on.map { cause in
        switch cause {
        case .connect: "connect"
        case .timeout: "timeout"
        case .status(let status): "\(status)"
        }
      }
      return "up to \(retry.attempts) attempts on \(causes.joined(separator: ", ")), \(retry.backoff.written) apart, "
        + (retry.budget.map { "retries at most \($0.percentWritten) of requests" } ?? "without a budget")
    }
  }

  var breaker: String? {
    plan.breaker.map {
      "opens an address for \($0.openFor.written) at \($0.errorRate.percentWritten) failures of at least "
        + "\($0.minimumCalls) calls in \($0.window.written)"
    }
  }

  var health: String? {
    plan.health.map {
      "GET \($0.path) every \($0.every.written), out after \($0.unhealthyAfter) failures, back after \($0.healthyAfter) "
        + "successes"
    }
  }

  /// The line of its `oauth2`; its own value is nobody's to see.
  var token: [ExplainedHeader] {
    plan.oauth2 == nil
      ? [] : [ExplainedHeader(name: "authorization", value: "Bearer <oauth2>", origin: .weft)]
  }

  /// Where the token comes from, and for whom.
  var oauth2: String? {
    plan.oauth2.map { oauth2 in
      let scopes = oauth2.scopes.isEmpty ? "" : ", for \(oauth2.scopes.joined(separator: " "))"
      let audience = oauth2.audience.map { ", at \($0)" } ?? ""
      return "a token of \(oauth2.place.name) for \(oauth2.clientID)\(scopes)\(audience)"
    }
  }

  var facts: [(name: String, text: String)] {
    var facts = [("at", addresses.joined(separator: ", "))]
    if plan.addresses.count > 1 { facts.append(("balance", balance)) }
    let attempt = plan.timeout.map { "\($0.written) an attempt, " } ?? ""
    facts.append(("time", "\(attempt)\(plan.connectTimeout.written) to connect"))
    if let oauth2 { facts.append(("oauth2", oauth2)) }
    let guards = [("retry", retry), ("breaker", breaker), ("health", health)]
    for case (let name, let text?) in guards { facts.append((name, text)) }
    let inFlight = plan.maxConcurrent.map { "\($0) requests at once, " } ?? ""
    facts.append(("limits", "\(inFlight)answers to calls of \(plan.maxResponse.bytesWritten)"))
    let missing = guards.filter { $0.1 == nil }.map(\.0) + (plan.maxConcurrent == nil ? ["maxConcurrent"] : [])
    if !missing.isEmpty { facts.append(("without", missing.joined(separator: ", "))) }
    return facts
  }

  var json: JSONValue {
    [
      "name": .string(plan.name), "addresses": .array(addresses.map { .string($0) }), "balance": .string(balance),
      "timeoutMs": .milliseconds(plan.timeout), "connectTimeoutMs": .milliseconds(plan.connectTimeout),
      "retry": .text(retry), "breaker": .text(breaker), "health": .text(health),
      "oauth2": .text(oauth2),
      "maxConcurrent": plan.maxConcurrent.map { .number(JSONNumber($0)) } ?? .null,
      "maxResponseBytes": .number(JSONNumber(plan.maxResponse)),
    ]
  }
}
