import JSONText
import Logging
import Messages
import Plans

/// Sets and removes fields of answers as a definition has it (`responseHeaders`). *Immutable.*
struct AnswerFields: Sendable {
  /// What the expressions of one answer may take in all: they run on a loop that others wait for.
  private static let maxSteps = 50_000

  private let plan: ResponseHeadersPlan
  private let inputs: RequestInputs
  private let isConstant: Bool

  init(_ plan: ResponseHeadersPlan) {
    self.plan = plan
    inputs = RequestInputs(plan.reads)
    isConstant = plan.templates.allSatisfy { $0.value.constantValue != nil }
  }

  func apply(to head: inout AnswerHead, _ fields: some FieldSequence, isPassedOn: Bool, _ exchange: Exchange) {
    guard let scope = scope(head.status, fields, isPassedOn: isPassedOn, exchange) else { return }
    for template in plan.templates where !(head.isProblem && template.isContentType) {
      if template.isLeftOut {
        head.changes.remove(template.name)
        continue
      }
      do throws(RenderFailure) {
        let lines = try template.lines(scope)
        if !lines.isEmpty { head.changes.remove(template.name) }
        for line in lines { head.changes.add(line.name, line.value) }
      } catch {
        report(error, of: template.name, isPassedOn: isPassedOn, exchange)
      }
    }
  }

  /// `partial` is of no answer that is made here, and what calls gave is not there.
  private func scope(
    _ status: Int, _ fields: some FieldSequence, isPassedOn: Bool, _ exchange: Exchange
  ) -> Scope? {
    if isConstant { return Scope() }
    // No body is read here, and nothing else of a request can be wrong.
    guard var scope = try? inputs.scope(exchange.request, env: JSONObject()) else { return nil }
    if isPassedOn, plan.readsResponse {
      var response = JSONObject()
      response.append("status", .number(JSONNumber(status)))
      response.append("headers", .object(Self.members(of: fields)))
      scope.root.append(ScopeName.response.rawValue, .object(response))
    }
    scope.root.append(ScopeName.partial.rawValue, false)
    scope.limit(steps: Self.maxSteps)
    return scope
  }

  /// Lines of one name are one text with `, ` between (RFC 9110 §5.3), but for `Set-Cookie`, which is always a list.
  private static func members(of fields: some FieldSequence) -> JSONObject {
    var joined = InputMembers<JSONName>(.joined)
    var cookies: [JSONValue] = []
    fields.forEachField { name, value in
      let text = String(HeaderName.trimmed(String(decoding: value, as: UTF8.self)))
      if HeaderName.equals(name, "set-cookie") {
        cookies.append(.string(text))
      } else {
        joined.add(String(decoding: name, as: UTF8.self).lowercased(), text)
      }
    }
    var members = JSONObject()
    joined.forEachText { members.append($0, .string($1)) }
    if !cookies.isEmpty { members.append("set-cookie", .array(cookies)) }
    return members
  }

  /// A template of a composite's answer may want what is there only where the composite has answered.
  private func report(_ failure: RenderFailure, of name: String, isPassedOn: Bool, _ exchange: Exchange) {
    exchange.loop.settings.logger.log(
      level: isPassedOn || failure.isOfRequestOnly ? .info : .debug, "expression failed",
      metadata: [
        "route": "\(exchange.record.route ?? "")", "fields": "\(name)", "reason": "\(failure.message)",
        "request": "\(exchange.request.client.requestID)",
      ])
  }
}

extension HeaderTemplate {
  /// What a problem is, it says itself.
  fileprivate var isContentType: Bool { HeaderName.equals(name, "content-type") }
}
