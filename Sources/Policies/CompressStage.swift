import Compressing
import Front
import Messages
import Plans

/// Compresses answers as clients take them (`compress`; RFC 9110 §8.4, §12.5.3). *Immutable.*
package struct CompressStage: Stage {
  package let name = "compress"
  package let seesAnswers = true
  private let plan: CompressPlan
  private let pool: CompressorPool

  package init(_ plan: CompressPlan, pool: CompressorPool = .shared) {
    self.plan = plan
    self.pool = pool
  }

  /// What stands behind knows answers by the tags that they have in no coding. A client that asks for an answer in one
  /// has to have it in this one; whose write depends on what there is, may have seen it in any.
  package func enter(_ exchange: Exchange) -> StageStep {
    let request = exchange.request
    if request.headers.contains(name: "if-none-match") {
      let isRead = request.method == "GET" || request.method == "HEAD"
      addTags("if-none-match", request, isRead ? wish(of: request).coding.map { [$0] } ?? [] : plan.encodings)
    }
    if request.headers.contains(name: "if-match") { addTags("if-match", request, plan.encodings) }
    return .pass
  }

  private func addTags(_ name: String, _ request: IncomingRequest, _ codings: [AnswerCoding]) {
    guard !request.opaque.contains(name), let list = request.headers.joined(name),
      let longer = CodedTags.adding(to: list, codings)
    else { return }
    request.replace(name, longer)
  }

  package func leave(
    _ exchange: Exchange, _ head: inout AnswerHead, _ fields: some FieldSequence, length: Int?
  ) -> (any BodyFilter)? {
    let request = exchange.request
    if head.status == 304 {
      leaveKnown(request, &head, AnswerFacts(head, fields))
      return nil
    }
    guard AnswerHead.hasBody(head.status), head.status != 205, head.status != 206 else { return nil }
    let facts = AnswerFacts(head, fields)
    guard facts.canBeCoded(plan.types), !isToStay(request) else { return nil }
    if !facts.varies { head.changes.add("Vary", "Accept-Encoding") }
    let wish = wish(of: request)
    guard let coding = wish.coding, length != 0, length ?? .max >= plan.min || wish.refusesPlain else { return nil }
    // A large one is compressed in pieces, anew for each client.
    if let prepared = head.prepared, length ?? 0 <= Exchange.mostFilteredAtOnce {
      return keptBody(prepared, &head, coding, length)
    }
    guard let lease = pool.lease(coding, size: length) else { return nil }
    if let etag = facts.etag { head.changes.set("ETag", coding.tag(of: etag)) }
    // As a trailer it is made of the plain body; in a head, nothing is compressed.
    for name in ["accept-ranges", "content-digest", "repr-digest", "digest"] { head.changes.remove(name) }
    head.changes.set("Content-Encoding", coding.rawValue)
    return CompressedBody(lease)
  }

  /// The client has the answer already: its tag is the one by which the client knows it.
  private func leaveKnown(_ request: IncomingRequest, _ head: inout AnswerHead, _ facts: AnswerFacts) {
    guard facts.type == nil || facts.canBeCoded(plan.types) else { return }
    if !facts.varies { head.changes.add("Vary", "Accept-Encoding") }
    guard let etag = facts.etag, let coding = wish(of: request).coding else { return }
    let coded = coding.tag(of: etag)
    let isMeant = request.headers.joined("if-none-match").map { EntityTagList.matches($0, etag: coded) }
    if isMeant == true { head.changes.set("ETag", coded) }
  }

  private func keptBody(
    _ prepared: PreparedFields, _ head: inout AnswerHead, _ coding: AnswerCoding, _ length: Int?
  ) -> (any BodyFilter)? {
    let body: KeptBody
    if let answer = prepared.coded(coding, as: CodedAnswer.self) {
      head.prepared = answer.fields
      body = .kept(answer)
    } else {
      guard let lease = pool.lease(coding, size: length) else { return nil }
      let fields = CodedAnswer.fields(of: prepared, coding)
      head.prepared = fields
      body = .new(lease, coding, of: prepared, fields)
    }
    // One that was set beside them.
    if let own = head.changes.added.first(where: { $0.isNamed("etag") }) {
      head.changes.set("ETag", coding.tag(of: own.value))
    }
    return body
  }

  private func wish(of request: IncomingRequest) -> AcceptEncoding {
    AcceptEncoding(request.headers["accept-encoding"], among: plan.encodings)
  }

  /// The client wants what was made, and nothing else (RFC 9111 §5.2.1.6).
  private func isToStay(_ request: IncomingRequest) -> Bool {
    request.headers["cache-control"].contains { HeaderName.list($0, has: "no-transform") }
  }
}
