import Front
import JSONText
import Limiting
import Messages
import Plans

/// One limit, ready for requests. *Immutable.*
struct CountedLimit: Sendable {
  private let plan: LimitPlan
  /// Of a rate that is the same for all requests.
  private let fixed: Limit?

  init(_ plan: LimitPlan) {
    self.plan = plan
    fixed =
      if case .fixed(let rate) = plan.allowance {
        Limit(plan.name, rate, by: plan.bySource, plan.conduct)
      } else { nil }
  }

  /// Adds it to what a request asks of its limits.
  /// - Parameter scope: `nil` where the plan reads nothing.
  /// - Throws: where it can't be told what is to be counted; the request is to be refused.
  func add(to asked: inout LimitRequest, _ request: IncomingRequest, _ scope: Scope?) throws(LimitFault) {
    guard let scope else {
      if let fixed { asked.add(fixed, by: network(of: request.client)) }
      return
    }
    asked.add(try limit(scope), by: try value(request, scope), cost: try cost(scope))
  }

  private func limit(_ scope: Scope) throws(LimitFault) -> Limit {
    if let fixed { return fixed }
    guard case .computed(let template) = plan.allowance else { throw .nothing(plan.name) }
    let text = try text(of: template, scope)
    do throws(LimitRate.Fault) {
      return Limit(plan.name, try LimitRate(text, burst: plan.burst), by: plan.bySource, plan.conduct)
    } catch {
      throw .rate(plan.name, error.words)
    }
  }

  private func value(_ request: IncomingRequest, _ scope: Scope) throws(LimitFault) -> String {
    guard let by = plan.by else { return network(of: request.client) }
    return try text(of: by, withNetwork(scope, request.client))
  }

  private func text(of template: TextTemplate, _ scope: Scope) throws(LimitFault) -> String {
    do throws(RenderFailure) {
      if let text = try template.text(scope), !text.isEmpty { return text }
    } catch {
      throw template.missing(in: scope).map { .missing($0) } ?? .failed(error.message)
    }
    throw template.missing(in: scope).map { .missing($0) } ?? .nothing(plan.name)
  }

  private func cost(_ scope: Scope) throws(LimitFault) -> Int {
    guard let template = plan.cost else { return 1 }
    let value: JSONValue
    do throws(RenderFailure) { value = try template.value(scope) } catch { throw .failed(error.message) }
    if value.isNull { return 1 }
    guard let number = value.numberText.flatMap(Double.init) else { throw .failed("the cost is no number") }
    return Int(min(max(0, number.rounded(.up)), Self.mostCost))
  }

  /// More than any limit has, and no rounding below it.
  private static let mostCost = Double(1 << 52)

  // MARK: Addresses

  private func network(of client: ClientInfo) -> String { client.network(ipv6Prefix: plan.ipv6Prefix) }

  /// The scope in which `client.ip` is the network.
  private func withNetwork(_ scope: Scope, _ info: ClientInfo) -> Scope {
    guard info.address.utf8.contains(UInt8(ascii: ":")), plan.reads.client.contains(ScopeName.ClientMember.ip.rawValue),
      case .object(var client)? = scope.root[ScopeName.client.rawValue]
    else { return scope }
    client[ScopeName.ClientMember.ip.rawValue] = .string(network(of: info))
    var scope = scope
    scope.root[ScopeName.client.rawValue] = .object(client)
    return scope
  }
}

/// The reason why a limit can't be asked about a request.
enum LimitFault: Error, Equatable {
  /// An input of the request that it counts by is not there.
  case missing(String)
  /// What it counts by is null or empty, and no input is missing: the limit's name.
  case nothing(String)
  /// An expression fails: in words, for the log.
  case failed(String)
  /// What a template gives is no rate: the limit's name, and why.
  case rate(String, String)
}
