import Front
import JSONText
import Messages
import Plans
import Tokens

/// Has a service decide who may come in. *Immutable*, but for what it decided lately, which has its own guard.
package final class ExternalProvider: IdentityProvider {
  package let plan: ProviderPlan
  package let challenge: Challenge?
  private let external: ExternalPlan
  private let inquiries: Inquiries
  /// The steps that the templates over an answer may take together, on a loop that others wait for.
  private static let mostSteps = 20_000

  package init(_ provider: ProviderPlan, _ plan: ExternalPlan, by inquiry: any Inquiry) {
    self.plan = provider
    external = plan
    inquiries = Inquiries(of: provider.name, by: inquiry)
    challenge =
      plan.places.isEmpty
      ? Challenge(realm: provider.name) : Challenge(at: plan.places, orElse: "Bearer", realm: provider.name)
  }

  package func credential(of request: IncomingRequest) -> Credential {
    if !external.places.isEmpty { return CredentialPlaces(external.places).credential(of: request) }
    // Templates would show both as one text, and a proxied backend gets two.
    let isTwice = request.headers["authorization"].count > 1
    return isTwice ? .unusable("there are two credentials") : .present("")
  }

  package func verify(
    _ credential: String, of exchange: Exchange, later: @escaping @Sendable (Verdict) -> Void
  ) -> Verdict? {
    inquiries.verdict(for: exchange, later: later) { [self] in (read($0), external.inquiry.lifetime) }
  }

  func read(_ reply: Inquiries.Reply) -> Verdict {
    switch reply.status {
    case 200...299: return decision(reply)
    case 401 where external.isShownOwnToken: return inquiries.unknown("status 401, to the gateway's own token")
    case 401, 403: return .refused(Self.answer(reply), why: "\(plan.name) says \(reply.status)")
    default: return inquiries.unknown("status \(reply.status)")
    }
  }

  private func decision(_ reply: Inquiries.Reply) -> Verdict {
    let body = reply.body.isEmpty ? nil : try? JSONText(reply.body).root
    // Another reader may take the other one of two.
    if let body, !StrictJSON.isUnique(body) { return inquiries.unknown("its answer has a member twice") }
    let claims = body.flatMap { $0.kind == .object ? $0 : nil }
    var subject: String?
    if external.allow != nil || external.subject != nil {
      // Half an answer may say the contrary of the whole.
      guard body != nil || reply.body.isEmpty else { return inquiries.unknown("its answer is no JSON") }
      let scope = Self.scope(reply, body)
      do throws(RenderFailure) {
        if let allow = external.allow, try allow.value(scope).bool != true {
          return .invalid("\(plan.name) does not allow it")
        }
        subject = try external.subject?.text(scope)
      } catch {
        return inquiries.unknown("of its answer, \(error.message)")
      }
    }
    return .verified(
      claims.map { ClientIdentity(provider: plan.name, subject, of: $0) }
        ?? ClientIdentity(provider: plan.name, subject: subject))
  }

  /// The members of the answer's body, and before them what is told of the answer.
  private static func scope(_ reply: Inquiries.Reply, _ body: JSONSlice?) -> Scope {
    var headers = JSONObject()
    for field in reply.headers {
      let name = field.name.lowercased()
      let value = headers[name]?.string.map { "\($0), \(field.value)" } ?? field.value
      headers[name] = .string(value)
    }
    let own: [(String, JSONValue)] = [
      ("status", .number(JSONNumber(reply.status))), ("headers", .object(headers)),
      ("body", body.map { .slice($0) } ?? .null),
    ]
    var root = JSONObject()
    for (name, value) in own { root.append(name, value) }
    if let body, body.kind == .object {
      for (key, value) in body.members {
        if let name = key.string, !own.contains(where: { $0.0 == name }) { root.append(name, .slice(value)) }
      }
    }
    var scope = Scope(root)
    scope.limit(steps: mostSteps)
    return scope
  }

  /// What the client is told.
  private static func answer(_ reply: Inquiries.Reply) -> Answer {
    let passed = reply.headers.filter { $0.isNamed("content-type") || $0.isNamed("www-authenticate") }
    return Answer(
      status: reply.status, headers: passed + [HeaderField("Cache-Control", "no-store")], body: reply.body)
  }
}
