import Messages

/// The policies of a route: what a request has to pass before the work, and what every answer says. A value; empty where
/// none is asked for.
package struct RoutePolicies: Sendable {
  /// `nil`: answers say nothing of other origins.
  package var cors: CORSPlan?
  /// `nil`: clients of all addresses may come in.
  package var addresses: AddressPlan?
  /// `nil`: whoever they are.
  package var auth: AuthPlan?
  /// `nil`: as many requests as come.
  package var limits: RouteLimits?
  /// `nil`: whatever requests say.
  package var refusals: RefusalPlan?
  /// The size of a request's body, in bytes; `nil`: `Limits.bodyBytes` where a definition reads it, else none.
  package var bodyLimit: Int?
  /// `nil`: nobody inspects what requests say.
  package var waf: WAFPlan?
  /// `nil`: requests are worked at as often as they come.
  package var idempotency: IdempotencyPlan?
  /// Answers say what makes browsers careful, and not what made them.
  package var isSecure = false
  /// `nil`: answers go out as they are.
  package var compress: CompressPlan?
  package var answers = AnswerPolicies()

  package init() {}

  /// Some policy reads the body, so that it is collected before.
  package var readBody: Bool { limits?.applies(at: .body) == true || idempotency != nil }

  /// The inputs that decide whether a request is let in: what one client gets is not for all others.
  /// - Parameter work: what the work of the route reads.
  package func reads(beside work: RequestReads) -> RequestReads {
    var reads = refusals?.reads ?? RequestReads()
    if let auth, !auth.isOptional || work.tellsClients || reads.tellsClients {
      reads = reads.union(auth.reads).union(auth.credentials)
      reads.insert([ScopeName.identity.rawValue, ScopeName.IdentityMember.subject.rawValue])
    }
    if addresses != nil { reads.insert([ScopeName.client.rawValue, ScopeName.ClientMember.ip.rawValue]) }
    return reads
  }
}

/// The client addresses that may come in. A value.
package struct AddressPlan: Sendable {
  /// `nil`: all that `deny` does not have; else who is in no block stays out.
  package let allow: [AddressBlock]?
  package let deny: [AddressBlock]
  /// True: it may.
  private let verdicts: AddressTable<Bool>

  package init(allow: [AddressBlock]?, deny: [AddressBlock]) {
    // The later of two equal blocks counts: a tie is a denial.
    verdicts = AddressTable((allow ?? []).map { ($0, true) } + deny.map { ($0, false) })
    (self.allow, self.deny) = (allow, deny)
  }

  /// - Parameter address: `nil`: it is not known, as that of a client of a Unix socket.
  package func admits(_ address: IPAddress?) -> Bool { address.flatMap { verdicts[$0] } ?? (allow == nil) }
}
