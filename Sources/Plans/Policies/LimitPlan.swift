import JSONText

/// One limit as a definition has it: how much, by what it is counted, and what it costs. A value.
package struct LimitPlan: Sendable {
  package enum Allowance: Sendable {
    case fixed(LimitRate)
    /// A template that gives the text of a rate for each request.
    case computed(TextTemplate)
  }

  /// What a request has to have passed before this limit can be asked: what a limit reads decides.
  package enum Place: Sendable, CaseIterable {
    case head, identity, body
  }

  /// What clients are told, and counters are told apart by.
  package var name: String
  package var allowance: Allowance
  /// Of a computed rate; a fixed one has its own.
  package var burst: Int?
  /// What a counter is of; `nil`: the client's address.
  package var by: TextTemplate?
  /// How many requests this one is; `nil`: one.
  package var cost: TextTemplate?
  package var conduct = LimitConduct()
  /// The bits by which an IPv6 address counts, 1 to 128.
  package var ipv6Prefix = Self.defaultIPv6Prefix
  package var reads = RequestReads()
  /// The environment variables that its templates read, as members of `env`. Never printed.
  package var env: JSONObject {
    get { secrets.revealed }
    set { secrets = Secret(newValue) }
  }
  private var secrets = Secret(JSONObject())

  /// What one client has, as a rule.
  package static let defaultIPv6Prefix = 64

  package init(_ name: String, _ allowance: Allowance) {
    self.name = name
    self.allowance = allowance
  }

  /// Limits by different expressions never count together.
  package var bySource: String { by?.source ?? "${client.ip}" }

  package var place: Place {
    if reads.body { return .body }
    return reads.tellsClients ? .identity : .head
  }

  /// Nothing of a request is read but the address of its client.
  package var isPlain: Bool {
    if case .fixed = allowance, by == nil, cost == nil { true } else { false }
  }

  /// `10/1s+20 by ${claims.sub}`
  package var written: String {
    "\(writtenRate) by \(bySource)" + (cost.map { ", at \($0.source)" } ?? "")
  }

  /// `10/1s+20`
  package var writtenRate: String {
    switch allowance {
    case .fixed(let rate): rate.written
    case .computed(let template): template.source + (burst.map { "+\($0)" } ?? "")
    }
  }
}

/// The limits of a route: all must have room. A value.
package struct RouteLimits: Sendable {
  package var own: [LimitPlan]
  /// Beside its own, those of the plan that a client has; `nil`: whatever plan it has.
  package var plans: ClientPlans?

  package init(_ own: [LimitPlan], plans: ClientPlans? = nil) {
    self.own = own
    self.plans = plans
  }

  /// The limits that are asked at one place, but for those of plans.
  package func limits(at place: LimitPlan.Place) -> [LimitPlan] { own.filter { $0.place == place } }

  /// Those of plans are asked where it is known who the client is.
  package func plans(at place: LimitPlan.Place) -> ClientPlans? { place == .identity ? plans : nil }

  package func applies(at place: LimitPlan.Place) -> Bool {
    own.contains { $0.place == place } || plans(at: place) != nil
  }

  /// Some limit counts where all gateways of a fleet do, if they have such a place.
  package var isShared: Bool { own.contains { $0.conduct.store == .shared } || plans?.isShared == true }
}
