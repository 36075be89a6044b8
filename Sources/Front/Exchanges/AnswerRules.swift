import JSONText
import Messages
import NIOCore
import Plans

/// What is done to all answers of a route, whoever gives them: its work, its stages, the sink. *Immutable*; used on front
/// loops.
package final class AnswerRules: Sendable {
  private let headers: AnswerFields?
  private let errors: ErrorBody?
  private let expose: ExposePlan

  /// `Server-Timing`, to all clients. Trusted proxies are told anyway.
  var tellsTimes: Bool { expose.serverTiming }

  /// `nil`: nothing is done.
  package init?(_ policies: AnswerPolicies) {
    if policies.isEmpty { return nil }
    headers = policies.responseHeaders.map { AnswerFields($0) }
    errors = policies.errors.map { ErrorBody($0) }
    expose = policies.expose ?? ExposePlan()
  }

  func apply(to head: inout AnswerHead, _ fields: some FieldSequence, isPassedOn: Bool, _ exchange: Exchange) {
    if !expose.outcomeHeader, !exchange.request.client.peer.isTrusted { head.changes.remove("weft-outcome") }
    head.leavesOutRequestID = !expose.requestID
    guard let headers, !head.hasRouteHeaders else { return }
    headers.apply(to: &head, fields, isPassedOn: isPassedOn, exchange)
  }

  /// Makes the route's own shape of a problem. `nil`: it goes out as it is.
  func shape(_ answer: Answer, _ exchange: Exchange) -> Answer? {
    guard answer.isProblem, answer.status >= 400 else { return nil }
    return errors?.shape(answer, exchange)
  }

  /// The same of a problem that a cache has kept.
  func shape(
    _ prepared: PreparedFields, _ fields: some FieldSequence, status: Int, _ body: ByteBuffer, _ exchange: Exchange
  ) -> Answer? {
    guard let errors, status >= 400,
      prepared.fields.contains(where: { $0.isNamed("content-type") && $0.value == Problem.mediaType })
    else { return nil }
    var all = prepared.fields
    fields.forEachField { name, value in
      all.append(HeaderField(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)))
    }
    var answer = Answer(status: status, headers: all, body: Array(buffer: body))
    answer.hasRouteHeaders = true
    return errors.shape(answer, exchange)
  }
}
