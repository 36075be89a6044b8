import Front
import Messages
import NIOCore
import NIOHTTP2

extension HTTP2Stream: AnswerSink {
  func send(_ exchange: Exchange, _ head: AnswerHead, _ fields: some FieldSequence, body: AnswerBody) {
    guard self.exchange === exchange, answer == .awaited else { return }
    writeWhole(head, fields, body, requestID: exchange.request.client.requestID)
    finish(exchange, status: head.status, bytes: body.count)
  }

  private func writeWhole(
    _ head: AnswerHead, _ fields: some FieldSequence, _ body: AnswerBody, requestID: String
  ) {
    let length = head.contentLength(body.count)
    var section = begin(head)
    section.add(fields, head.changes) { name in
      loop.settings.logger.warning("a header of an answer can't be sent", metadata: ["name": "\(name)"])
    }
    section.add(head.changes.added) { _ in }
    if let length { section.add("content-length", "\(length)") }
    if !head.leavesOutRequestID { section.add("x-request-id", requestID) }
    let isBare = isHead || length ?? 0 == 0
    write(section.headers, isLast: isBare)
    guard !isBare else { return }
    switch body {
    case .bytes(let bytes): write(loop.allocator.buffer(bytes: bytes), isLast: true)
    case .buffer(let buffer): write(buffer, isLast: true)
    }
  }

  /// Status, date, and the fields that others have, too.
  private func begin(_ head: AnswerHead) -> AnswerSection {
    var section = AnswerSection(status: head.status)
    if !head.hasDate { section.add("date", loop.date.current()) }
    if let prepared = head.prepared {
      let fields = head.isNotModified ? prepared.fields.prefix(prepared.validators) : prepared.fields[...]
      section.add(Array(fields), head.changes) { _ in }
    }
    return section
  }

  func begin(
    _ exchange: Exchange, _ head: AnswerHead, _ fields: some FieldSequence, length: Int?, room: Int
  ) -> Bool {
    guard self.exchange === exchange, answer == .awaited, !isClosed else { return false }
    answer = .begun
    streamed = (head.status, 0)
    let hasBody = AnswerHead.hasBody(head.status) && !isHead
    left = hasBody ? length : 0
    var section = begin(head)
    section.add(fields, head.changes, takesDate: head.hasDate, hasTrailers: hasBody) { _ in }
    section.add(head.changes.added) { _ in }
    if let length, head.status != 204 { section.add("content-length", "\(length)") }
    if !head.leavesOutRequestID { section.add("x-request-id", exchange.request.client.requestID) }
    isWhole = left == 0 && input == .body
    write(section.headers, isLast: isWhole)
    return true
  }

  func write(_ exchange: Exchange, _ piece: ByteBuffer) {
    guard self.exchange === exchange, answer == .begun, piece.readableBytes > 0 else { return }
    if isHead || !AnswerHead.hasBody(streamed.status) { return }
    if let left {
      guard piece.readableBytes <= left else { return breakOff(exchange) }
      self.left = left - piece.readableBytes
      isWhole = left == piece.readableBytes && input == .body
    }
    streamed.bytes += piece.readableBytes
    write(piece, isLast: isWhole)
  }

  func flush(_ exchange: Exchange) {
    if self.exchange === exchange { flushNow() }
  }

  func isReady(_ exchange: Exchange) -> Bool {
    self.exchange === exchange && hasRoom()
  }

  func end(_ exchange: Exchange, trailers: (some FieldSequence)?) {
    guard self.exchange === exchange, answer == .begun else { return }
    if let left, left > 0 { return breakOff(exchange) }
    if isWhole { return finish(exchange, status: streamed.status, bytes: streamed.bytes) }
    var section = AnswerSection()
    if let trailers, !isHead { section.add(trailers, exchange.changes) { _ in } }
    if section.headers.isEmpty {
      write(ByteBuffer(), isLast: true)
    } else {
      write(section.headers, isLast: true)
    }
    finish(exchange, status: streamed.status, bytes: streamed.bytes)
  }

  func breakOff(_ exchange: Exchange) {
    guard self.exchange === exchange else { return }
    reset(isWhole ? .noError : .internalError)
  }

  func askForBody(_ exchange: Exchange) {
    guard self.exchange === exchange, owesContinue, answer == .awaited else { return }
    owesContinue = false
    write(AnswerSection(status: 100).headers)
    flushNow()
  }

  func resumeBody(_ exchange: Exchange) {
    if self.exchange === exchange { resumeReading() }
  }

  func refuse(_ exchange: Exchange, _ fault: RequestFault) {
    if self.exchange === exchange { refuse(fault) }
  }

  /// What can't be taken: a problem where there is still room for one. The other streams go on.
  func refuse(_ fault: RequestFault) {
    guard !isClosed else { return }
    if answer == .begun {
      exchange?.record.refuse("body", fault.detail)
      return reset(.internalError)
    }
    guard answer == .awaited else { return }
    let exchange = self.exchange
    self.exchange = nil
    exchange?.abandon()
    let problem = fault.answer
    let requestID = exchange?.request.client.requestID ?? RandomIDs.hex(loop.random.next(), loop.random.next())
    exchange?.record.refuse("body", fault.detail)
    let (head, fields, body) =
      exchange?.passed(problem) ?? (loop.head(status: problem.status), problem.headers, .bytes(problem.body))
    writeWhole(head, fields, body, requestID: requestID)
    loop.settings.logger.debug("request refused", metadata: ["status": "\(fault.status)", "why": "\(fault.detail)"])
    guard let exchange else {
      loop.tell(fault, bytes: body.count, peer: connection.peer, requestID: requestID)
      answer = .finished
      return linger()
    }
    finish(exchange, status: fault.status, bytes: body.count)
  }
}
