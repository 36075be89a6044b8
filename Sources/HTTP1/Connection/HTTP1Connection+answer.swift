import Front
import Messages
import NIOCore

// Writing: the sink of the exchange that is being answered.
extension HTTP1Connection: AnswerSink {
  package func send(_ exchange: Exchange, _ head: AnswerHead, _ fields: some FieldSequence, body: AnswerBody) {
    guard self.exchange === exchange, let context else { return }
    writeWhole(head, fields, body, context, requestID: exchange.request.client.requestID)
    finishAnswer(exchange, status: head.status, bytes: body.count)
  }

  private func writeWhole(
    _ head: AnswerHead, _ fields: some FieldSequence, _ body: AnswerBody, _ context: ChannelHandlerContext,
    requestID: String
  ) {
    let (persistence, sendsBody) = state.answerWhole(isLast: loop.isEnding)
    let length = head.contentLength(body.count)
    let count = sendsBody ? length ?? 0 : 0
    let isJoined = if case .bytes = body { count <= Self.maxJoinedBytes } else { false }
    var writer = begin(head, room: (isJoined ? count : 0) + fields.estimatedBytes)
    writer.write(fields, head.changes) { name in
      loop.settings.logger.warning("a header of an answer can't be sent", metadata: ["name": "\(name)"])
    }
    writer.write(head.changes.added) { _ in }
    if let length { writer.writeContentLength(length) }
    writer.end(requestID: head.leavesOutRequestID ? nil : requestID, persistence)
    switch body {
    case _ where count == 0: write(writer.buffer, context)
    case .bytes(let bytes) where isJoined:
      writer.buffer.writeBytes(bytes)
      write(writer.buffer, context)
    case .bytes(let bytes):
      write(writer.buffer, context)
      write(loop.allocator.buffer(bytes: bytes), context)
    case .buffer(let buffer):
      write(writer.buffer, context)
      write(buffer, context)
    }
  }

  /// Status line, date, and the fields that others have, too.
  private func begin(_ head: AnswerHead, room: Int) -> HeadWriter {
    guard let prepared = head.prepared else {
      var writer = HeadWriter(loop.allocator, capacity: 256 + room, status: head.status)
      if !head.hasDate { writer.buffer.writeBytes(loop.date.currentLine()) }
      return writer
    }
    let lines = prepared.http1 { PreparedLines($0) }
    let bytes = head.isNotModified ? lines.validators : lines.all
    var writer = HeadWriter(loop.allocator, capacity: 256 + room + bytes.readableBytes, status: head.status)
    writer.buffer.writeBytes(loop.date.currentLine())
    if head.changes.keepAll(prepared.fields) {
      writer.buffer.writeImmutableBuffer(bytes)
    } else {
      let fields = head.isNotModified ? prepared.fields.prefix(prepared.validators) : prepared.fields[...]
      writer.write(Array(fields), head.changes) { _ in }
    }
    return writer
  }

  /// The answer is written whole.
  private func finishAnswer(_ exchange: Exchange, status: Int, bytes: Int) {
    self.exchange = nil
    let next = state.finishAnswer()
    exchange.finished(status: status, bytes: bytes)
    if isBehind { untaken = exchange } else { exchange.leave() }
    go(next)
  }

  // MARK: In pieces

  package func begin(
    _ exchange: Exchange, _ head: AnswerHead, _ fields: some FieldSequence, length: Int?, room: Int
  ) -> Bool {
    guard self.exchange === exchange, let context,
      let (persistence, framing) = state.beginAnswer(status: head.status, length: length, isLast: loop.isEnding)
    else { return false }
    var writer = begin(head, room: 768 + (room <= Self.maxAppendedBytes ? room : 0))
    writer.write(fields, head.changes, takesDate: head.hasDate, isChunked: framing == .chunked) { _ in }
    writer.write(head.changes.added) { _ in }
    if let length, head.status != 204 { writer.writeContentLength(length) }
    if framing == .chunked { writer.buffer.writeStaticString("Transfer-Encoding: chunked\r\n") }
    writer.end(requestID: head.leavesOutRequestID ? nil : exchange.request.client.requestID, persistence)
    write(writer.buffer, context)
    return true
  }

  package func write(_ exchange: Exchange, _ bytes: ByteBuffer) {
    guard self.exchange === exchange, let context else { return }
    guard let framing = state.piece(bytes.readableBytes) else { return breakOff(exchange) }
    switch framing {
    case .none: return
    case .untilClose, .length: write(bytes, context)
    case .chunked:
      var size = loop.allocator.buffer(capacity: 20)
      size.writeString(String(bytes.readableBytes, radix: 16))
      size.writeStaticString("\r\n")
      write(size, context)
      write(bytes, context)
      write(wire.lineEnd, context)
    }
  }

  package func flush(_ exchange: Exchange) {
    if self.exchange === exchange && !isReading { flushIfNeeded() }
  }

  package func isReady(_ exchange: Exchange) -> Bool {
    self.exchange === exchange && context?.channel.isWritable == true
  }

  package func end(_ exchange: Exchange, trailers: (some FieldSequence)?) {
    guard self.exchange === exchange, state.answer == .begun, let context else { return }
    guard let framing = state.answerEnd() else { return breakOff(exchange) }
    if framing == .chunked { write(lastChunk(trailers, exchange.changes), context) }
    finishAnswer(exchange, status: state.streamed.status, bytes: state.streamed.bytes)
    if !isReading { flushIfNeeded() }
  }

  private func lastChunk(_ trailers: (some FieldSequence)?, _ changes: FieldChanges) -> ByteBuffer {
    guard let trailers else { return wire.lastChunk }
    var writer = HeadWriter(chunkOf: loop.allocator, capacity: trailers.estimatedBytes + 5)
    writer.write(trailers, changes) { _ in }
    writer.buffer.writeStaticString("\r\n")
    return writer.buffer
  }

  /// The connection ends. Where only that ends the body, it takes a reset.
  package func breakOff(_ exchange: Exchange) {
    guard self.exchange === exchange else { return }
    if state.endsByClose { context?.resetOnClose() }
    flushIfNeeded()
    abort()
  }

  // MARK: Refusing

  package func refuse(_ exchange: Exchange, _ fault: RequestFault) {
    if self.exchange === exchange { refuse(fault) }
  }

  /// Not a request, or one that took too long: a problem where there is still room for one, and the end.
  func refuse(_ fault: RequestFault) {
    guard let context else { return }
    let refusal = state.refuse()
    switch refusal {
    case .none: return
    case .abort:
      exchange?.record.refuse("body", fault.detail)
      return abort()
    case .tell, .close: break
    }
    let exchange = self.exchange
    self.exchange = nil
    exchange?.abandon()
    if fault == TLSHello.fault {
      refuseTLS(context)
    } else if case .tell = refusal {
      tell(fault, exchange, context)
    }
    loop.settings.logger.debug("request refused", metadata: ["status": "\(fault.status)", "why": "\(fault.detail)"])
    exchange?.leave()
    hangUp()
  }

  private func tell(_ fault: RequestFault, _ exchange: Exchange?, _ context: ChannelHandlerContext) {
    let answer = fault.answer
    let requestID = exchange?.request.client.requestID ?? RandomIDs.hex(loop.random.next(), loop.random.next())
    exchange?.record.refuse("body", fault.detail)
    let (head, fields, body) =
      exchange?.passed(answer) ?? (loop.head(status: answer.status), answer.headers, .bytes(answer.body))
    writeWhole(head, fields, body, context, requestID: requestID)
    if let exchange {
      exchange.finished(status: fault.status, bytes: body.count)
    } else {
      loop.tell(fault, bytes: answer.body.count, peer: peer, requestID: requestID)
    }
  }

  private func refuseTLS(_ context: ChannelHandlerContext) {
    write(context.channel.allocator.buffer(bytes: TLSHello.alert), context)
    let requestID = RandomIDs.hex(loop.random.next(), loop.random.next())
    loop.tell(TLSHello.fault, bytes: 0, peer: peer, requestID: requestID)
    guard loop.isNoticeDue() else { return }
    loop.settings.logger.notice("a client speaks TLS to a port without", metadata: ["client": "\(peer.address)"])
  }

  // MARK: Bytes

  func write(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
    watch.wrote(bytes.readableBytes)
    if output.readableBytes > 0, output.readableBytes + bytes.readableBytes <= Self.maxAppendedBytes {
      output.writeImmutableBuffer(bytes)
    } else {
      passOutput(to: context)
      output = bytes
    }
  }

  func flushIfNeeded() {
    guard output.readableBytes > 0, let context else { return }
    passOutput(to: context)
    flush(context)
  }

  func passOutput(to context: ChannelHandlerContext) {
    guard output.readableBytes > 0 else { return }
    context.write(wrapOutboundOut(output), promise: nil)
    output = ByteBuffer()
  }
}
