import Front
import Hashing
import Identity
import JSONText
import Messages
import Plans

/// Lets in who shows who they are (`auth`). *Immutable.*
package struct AuthStage: Stage {
  package let name = "auth"
  private let plan: AuthPlan
  private let providers: [any IdentityProvider]
  private let inputs: RequestInputs
  private let shown: RequestInputs
  private let log: PolicyLog

  package init(_ plan: AuthPlan, _ providers: [any IdentityProvider], _ log: PolicyLog) {
    self.plan = plan
    self.providers = providers
    self.log = log
    inputs = RequestInputs(plan.reads)
    shown = RequestInputs(plan.shown)
  }

  private typealias Shown = (provider: any IdentityProvider, credential: Credential)

  package func enter(_ exchange: Exchange) -> StageStep {
    let request = exchange.request
    var shown: [Shown] = []
    for provider in providers {
      let credential = provider.credential(of: request)
      switch (plan.rule, credential) {
      case (.any, .absent): continue
      case (.any, _): return verify([(provider, credential)], exchange)
      case (.all, _): shown.append((provider, credential))
      }
    }
    let isNothingThere = shown.allSatisfy { $0.credential == .absent }
    if isNothingThere && plan.isOptional { return .pass }
    return isNothingThere ? missing() : verify(shown[...], exchange)
  }

  /// Asks one provider after the other.
  /// - Parameter identity: what those before have told.
  private func verify(
    _ shown: ArraySlice<Shown>, _ exchange: Exchange, _ identity: ClientIdentity? = nil
  ) -> StageStep {
    guard let (provider, credential) = shown.first else { return admit(identity, exchange) }
    switch credential {
    case .absent: return missing(of: provider)
    case .unusable(let why): return invalid(provider, why)
    case .present(let text):
      let rest = shown.dropFirst()
      let verdict = provider.verify(text, of: exchange) { verdict in
        exchange.onLoop {
          // Nobody else is asked about a client that has left meanwhile.
          if exchange.isAwaited { exchange.resume(take(verdict, of: provider, rest, exchange, identity)) }
        }
      }
      return verdict.map { take($0, of: provider, rest, exchange, identity) } ?? .wait
    }
  }

  private func take(
    _ verdict: Verdict, of provider: any IdentityProvider, _ rest: ArraySlice<Shown>, _ exchange: Exchange,
    _ identity: ClientIdentity?
  ) -> StageStep {
    switch verdict {
    case .verified(let found): return go(on: rest, exchange, identity, found, by: provider)
    case .invalid(let why): return invalid(provider, why)
    case .refused(let answer, let why):
      exchange.record.refuse(name, why, reason: answer.status == 401 ? "invalid" : "forbidden")
      return .answer(answer)
    case .unavailable(let why) where provider.plan.failsOpen:
      let name = provider.plan.name
      log.note(.unchecked, of: name, ["provider": "\(name)", "why": "\(why)"])
      let nobody = ClientIdentity(provider: name, subject: nil)
      return go(on: rest, exchange, identity, nobody, by: provider)
    case .unknown(let why), .unavailable(let why):
      let detail = "credentials can't be verified at present"
      return .refuse(Problem(503, detail: detail, headers: [HeaderField("Retry-After", "1")]), why: why)
    }
  }

  /// Asks the rest, behind a provider that lets the client in.
  private func go(
    on rest: ArraySlice<Shown>, _ exchange: Exchange, _ identity: ClientIdentity?, _ found: ClientIdentity,
    by provider: any IdentityProvider
  ) -> StageStep {
    if identity == nil, found.subject?.isEmpty ?? true { note(exchange.request) }
    // Who is asked next does not see it.
    if !rest.isEmpty { provider.withhold(from: exchange.request) }
    return verify(rest, exchange, identity?.joined(with: found) ?? found)
  }

  /// Has a client without a subject known by what it shows, as long as that is there.
  private func note(_ request: IncomingRequest) {
    var digest = ShownDigest()
    shown.visit(request, &digest)
    request.shown = Hash256(digest.digest).hex
  }

  /// Verified: it may still be somebody who is not wanted here.
  private func admit(_ identity: ClientIdentity?, _ exchange: Exchange) -> StageStep {
    guard let identity else { return missing() }
    exchange.identify(identity)
    for provider in providers { provider.withhold(from: exchange.request) }
    if let scope = plan.scopes.first(where: { !identity.hasScope($0) }) {
      return forbidden("the scope \(scope) is missing")
    }
    if let why = objection(exchange) { return forbidden(why) }
    return .pass
  }

  /// `nil`: the requirement is met. Where that can't be told, it is not.
  private func objection(_ exchange: Exchange) -> String? {
    guard let requirement = plan.requirement else { return nil }
    // No body is read here, and nothing else of a request can be wrong.
    guard let scope = try? inputs.scope(of: exchange, env: plan.env) else { return requirement.source }
    do throws(RenderFailure) {
      return try requirement.value(scope).bool == true ? nil : "`\(requirement.source)` is not true"
    } catch {
      return error.message
    }
  }

  // MARK: Refusals

  /// Nothing is there.
  private func missing() -> StageStep {
    let status = providers.count == 1 || plan.rule == .all ? providers.first?.plan.missingStatus : nil
    return missing(status ?? 401, providers.compactMap(\.challenge))
  }

  private func missing(of provider: any IdentityProvider) -> StageStep {
    missing(provider.plan.missingStatus, [provider.challenge].compactMap(\.self))
  }

  private func missing(_ status: Int, _ challenges: [Challenge]) -> StageStep {
    let headers = challenges.map { HeaderField("WWW-Authenticate", $0.missing) }
    return .refuse(Problem(status, detail: "authentication is required", headers: headers, reason: "missing"))
  }

  private func invalid(_ provider: any IdentityProvider, _ why: String) -> StageStep {
    let headers = provider.challenge.map { [HeaderField("WWW-Authenticate", $0.invalid)] } ?? []
    let detail = "the credentials are not valid"
    return .refuse(Problem(provider.plan.invalidStatus, detail: detail, headers: headers, reason: "invalid"), why: why)
  }

  private func forbidden(_ why: String) -> StageStep {
    .refuse(Problem(403, detail: "access is not allowed"), why: why)
  }
}

extension ClientIdentity {
  /// Of the claims `scope` (RFC 8693 §4.2), `scp` or `scopes`, or of the key's entry: a text with spaces between, or a
  /// list.
  fileprivate func hasScope(_ scope: String) -> Bool {
    let values = ["scope", "scp", "scopes"].flatMap { name in [claims?[member: name], fields[name]].compactMap(\.self) }
    return values.contains { value in
      if let text = value.string {
        return text.utf8.split(separator: UInt8(ascii: " ")).contains { $0.elementsEqual(scope.utf8) }
      }
      return value.elements?.contains { $0.string == scope } ?? false
    }
  }
}
