import Front
import Limiting
import Messages
import Plans

/// The limits of plans, ready for requests. *Immutable.*
struct CountedPlans: Sendable {
  /// By a client's subject, wherever it comes in: all routes share the counters.
  private static let bySubject = "plan of ${identity.subject}"
  /// Who has shown nothing has an address only, which is never taken for a subject.
  private static let byAddress = "plan of ${client.ip}"

  private struct Plan {
    let bySubject: [Limit]
    let byAddress: [Limit]

    init(_ plan: ClientPlan) {
      func limits(by source: String) -> [Limit] {
        plan.limits.compactMap { limit in
          guard case .fixed(let rate) = limit.allowance else { return nil }
          return Limit(plan.name, rate, by: source, limit.conduct)
        }
      }
      bySubject = limits(by: CountedPlans.bySubject)
      byAddress = limits(by: CountedPlans.byAddress)
    }
  }

  private let plans: [String: Plan]

  init(_ plans: ClientPlans) {
    self.plans = Dictionary(plans.plans.map { ($0.name, Plan($0)) }) { first, _ in first }
  }

  /// Adds the limits of the client's plan to what a request asks of its limits.
  /// - Returns: for the log, why the client has no plan; `nil`: it has one.
  func add(to asked: inout LimitRequest, _ request: IncomingRequest) -> String? {
    let name = request.identity?.plan
    guard let plan = name.flatMap({ plans[$0] }) ?? plans[ClientPlans.fallback] else {
      return name.map { "there is no plan \($0)" } ?? "the client has no plan"
    }
    if let owner = request.owner {
      for limit in plan.bySubject { asked.add(limit, by: owner.subject) }
    } else {
      let address = request.client.network(ipv6Prefix: LimitPlan.defaultIPv6Prefix)
      for limit in plan.byAddress { asked.add(limit, by: address) }
    }
    return nil
  }
}

extension ClientInfo {
  /// The address, of IPv6 the network that one client has.
  func network(ipv6Prefix: Int) -> String {
    guard address.utf8.contains(UInt8(ascii: ":")) else { return address }
    return IPAddress(address)?.network(ipv6Prefix: ipv6Prefix).text ?? address
  }
}
