import Front
import Messages
import NIOCore

/// A client without a wire: what it is answered. *Confined to* the rehearsal's thread.
final class RehearsalClient: AnswerSink {
  private(set) var status: Int?
  private(set) var headers: [HeaderField] = []
  private(set) var body: [UInt8] = []
  /// The answer is whole, or none comes.
  private(set) var isOver = false
  private(set) var isBrokenOff = false
  private(set) var record: RequestRecord?
  /// The body was taken, and its end is to be told.
  private var owesEnd = false

  /// Sends a request, and hears of what comes of it while the loops take their turns.
  func send(_ request: IncomingRequest, body: [UInt8]?, on loop: FrontLoop) -> Exchange {
    let exchange = Exchange(request, sink: self, loop: loop, isBodyHere: body == nil)
    exchange.begin()
    guard let body, !isOver else { return exchange }
    switch exchange.receive(ByteBuffer(bytes: body)) {
    case .taken, .dropped: exchange.bodyEnded()
    case .full: owesEnd = true
    case .tooLarge(let fault): refuse(exchange, fault)
    }
    return exchange
  }

  private func take(_ head: AnswerHead, _ fields: some FieldSequence) {
    status = head.status
    if let prepared = head.prepared {
      let count = head.isNotModified ? prepared.validators : prepared.fields.count
      add(Array(prepared.fields.prefix(count)), head.changes)
    }
    add(fields, head.changes)
    headers += head.changes.added
  }

  private func add(_ fields: some FieldSequence, _ changes: FieldChanges) {
    fields.forEachField { name, value in
      guard changes.keeps(name) else { return }
      let text = String(decoding: value, as: UTF8.self).drop { $0 == " " || $0 == "\t" }
      headers.append(HeaderField(String(decoding: name, as: UTF8.self), String(text)))
    }
  }

  private func finish(_ exchange: Exchange) {
    guard !isOver else { return }
    isOver = true
    exchange.finished(status: status ?? 0, bytes: body.count)
    exchange.leave()
    record = exchange.record
  }

  // MARK: AnswerSink

  func send(_ exchange: Exchange, _ head: AnswerHead, _ fields: some FieldSequence, body: AnswerBody) {
    guard !isOver else { return }
    take(head, fields)
    let isSent = exchange.request.method != "HEAD" && AnswerHead.hasBody(head.status)
    switch body {
    case _ where !isSent: break
    case .bytes(let bytes): self.body = bytes
    case .buffer(let buffer): self.body = Array(buffer.readableBytesView)
    }
    finish(exchange)
  }

  func begin(_ exchange: Exchange, _ head: AnswerHead, _ fields: some FieldSequence, length: Int?, room: Int) -> Bool {
    guard !isOver else { return false }
    take(head, fields)
    return true
  }

  func write(_ exchange: Exchange, _ piece: ByteBuffer) { body += piece.readableBytesView }
  func flush(_ exchange: Exchange) {}
  func end(_ exchange: Exchange, trailers: (some FieldSequence)?) { finish(exchange) }

  func breakOff(_ exchange: Exchange) {
    guard !isOver else { return }
    isBrokenOff = true
    isOver = true
    exchange.cutOff(status: status, bytes: body.count)
    exchange.leave()
    record = exchange.record
  }

  func isReady(_ exchange: Exchange) -> Bool { true }
  func askForBody(_ exchange: Exchange) {}

  func resumeBody(_ exchange: Exchange) {
    guard owesEnd else { return }
    owesEnd = false
    exchange.bodyEnded()
  }

  func refuse(_ exchange: Exchange, _ fault: RequestFault) {
    guard !isOver else { return }
    let passed = exchange.passed(fault.answer)
    exchange.record.refuse("request", fault.detail)
    send(exchange, passed.head, passed.fields, body: passed.body)
  }
}
