import Messages
import NIOCore

// Writing: the sink of the exchange that is being answered.
extension Connection: AnswerSink {
  func send(_ exchange: Exchange, _ head: ResponseHead, _ fields: some FieldSequence, body: ResponseBody) {
    guard self.exchange === exchange, let context else { return }
    writeWhole(head, fields, body, context)
    finishAnswer(exchange, status: head.status, bytes: body.count)
  }

  private func writeWhole(
    _ head: ResponseHead, _ fields: some FieldSequence, _ body: ResponseBody, _ context: ChannelHandlerContext,
    requestID: String? = nil
  ) {
    if current?.owesContinue == true { current?.keepsAlive = false }
    let length = Self.contentLength(head.status, body.count)
    let count = current?.isHead == true ? 0 : length ?? 0
    guard case .bytes(let bytes) = body, count <= Self.maxJoinedBytes else {
      write(self.head(head, fields, length: length, room: 0, requestID: requestID), context)
      guard count > 0 else { return }
      switch body {
      case .bytes(let bytes): write(loop.allocator.buffer(bytes: bytes), context)
      case .buffer(let buffer): write(buffer, context)
      }
      return
    }
    var whole = self.head(head, fields, length: length, room: count, requestID: requestID)
    if count > 0 { whole.writeBytes(bytes) }
    write(whole, context)
  }

  /// Of a whole answer.
  private func head(
    _ head: ResponseHead, _ fields: some FieldSequence, length: Int?, room: Int, requestID: String?
  ) -> ByteBuffer {
    var writer = beginHead(head, room: room + fields.estimatedBytes)
    writer.write(fields, head.changes) { name in
      loop.settings.logger.warning("a header of an answer can't be sent", metadata: ["name": "\(name)"])
    }
    writer.write(head.changes.added) { _ in }
    if let length { writer.writeContentLength(length) }
    endHead(&writer, requestID: requestID ?? current?.requestID ?? "")
    return writer.buffer
  }

  /// Not a request, or one that took too long: a problem where there is still room for one, and the end.
  func refuse(_ fault: RequestFault) {
    guard let context, input != .dropping else { return }
    if answer == .begun { return abort() }
    let exchange = self.exchange
    self.exchange = nil
    exchange?.abandon()
    if fault == TLSHello.fault {
      refuseTLS(context)
    } else if answer == .awaited || current == nil {
      current?.keepsAlive = false
      var problem = Problem(fault.status, detail: fault.detail)
      if fault.status == 405 { problem.headers.append(HeaderField("Allow", Exchange.allMethods)) }
      let reply = problem.reply()
      let requestID = current?.requestID ?? RandomIDs.hex(loop.random.next(), loop.random.next())
      writeWhole(ResponseHead(status: reply.status), reply.headers, .bytes(reply.body), context, requestID: requestID)
      if let exchange {
        exchange.record.refused = fault.detail
        exchange.finished(status: fault.status, bytes: reply.body.count)
      } else {
        loop.accessLog.write(fault, bytes: reply.body.count, peer: peer, requestID: requestID)
      }
    }
    loop.settings.logger.debug("request refused", metadata: ["status": "\(fault.status)", "why": "\(fault.detail)"])
    exchange?.leave()
    answer = .finished
    hangUp()
  }

  func refuse(_ exchange: Exchange, _ fault: RequestFault) {
    if self.exchange === exchange { refuse(fault) }
  }

  private func refuseTLS(_ context: ChannelHandlerContext) {
    write(context.channel.allocator.buffer(bytes: TLSHello.alert), context)
    let requestID = RandomIDs.hex(loop.random.next(), loop.random.next())
    loop.accessLog.write(TLSHello.fault, bytes: 0, peer: peer, requestID: requestID)
    guard loop.isNoticeDue() else { return }
    loop.settings.logger.notice("a client speaks TLS to a port without", metadata: ["client": "\(peer.address)"])
  }

  static func hasBody(_ status: Int) -> Bool {
    status >= 200 && status != 204 && status != 304
  }

  /// What is sent of a body of so many bytes; `nil`: nothing, and nothing is said of it. A 205 says that it has none
  /// (RFC 9110 §15.3.6).
  static func contentLength(_ status: Int, _ bytes: Int) -> Int? {
    guard hasBody(status) else { return nil }
    return status == 205 ? 0 : bytes
  }

  /// Status line, date, and the fields that others have, too.
  func beginHead(_ head: ResponseHead, room: Int) -> HeadWriter {
    guard let prepared = head.prepared else {
      var writer = HeadWriter(loop.allocator, capacity: 256 + room, status: head.status)
      if !head.hasDate { writer.buffer.writeBytes(wire.date.current()) }
      return writer
    }
    let lines = prepared.http1 { PreparedLines($0) }
    let bytes = head.isNotModified ? lines.validators : lines.all
    var writer = HeadWriter(loop.allocator, capacity: 256 + room + bytes.readableBytes, status: head.status)
    writer.buffer.writeBytes(wire.date.current())
    if head.changes.isEmpty {
      writer.buffer.writeImmutableBuffer(bytes)
    } else {
      let fields = head.isNotModified ? prepared.fields.prefix(prepared.validators) : prepared.fields[...]
      writer.write(Array(fields), head.changes) { _ in }
    }
    return writer
  }

  /// Request id and the connection's own headers. What it says of the connection's end is what happens: a client that
  /// was not told may have sent its next request already.
  func endHead(_ head: inout HeadWriter, requestID: String) {
    if loop.isEnding { current?.keepsAlive = false }
    head.buffer.writeStaticString("X-Request-Id: ")
    head.buffer.writeString(requestID)
    if current?.keepsAlive != true {
      head.buffer.writeStaticString("\r\nConnection: close\r\n\r\n")
    } else if current?.minorVersion == 0 {
      head.buffer.writeStaticString("\r\nConnection: keep-alive\r\n\r\n")
    } else {
      head.buffer.writeStaticString("\r\n\r\n")
    }
  }

  func askForBody(_ exchange: Exchange) {
    guard self.exchange === exchange, let context, current?.owesContinue == true, answer == .awaited else { return }
    current?.owesContinue = false
    write(wire.continueLine, context)
    if !isReading { flushIfNeeded() }
  }

  func resumeBody(_ exchange: Exchange) {
    guard self.exchange === exchange, isBodyPaused else { return }
    isBodyPaused = false
    advance()
  }

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

  private func passOutput(to context: ChannelHandlerContext) {
    guard output.readableBytes > 0 else { return }
    context.write(wrapOutboundOut(output), promise: nil)
    output = ByteBuffer()
  }

  /// The answer is written whole.
  func finishAnswer(_ exchange: Exchange, status: Int, bytes: Int) {
    answer = .finished
    self.exchange = nil
    exchange.finished(status: status, bytes: bytes)
    if isBehind { untaken = exchange } else { exchange.leave() }
    if input == .complete { return nextRequest() }
    guard input == .body else { return }
    guard let current, current.keepsAlive, current.droppable > 0 else { return hangUp() }
    isBodyPaused = false
    advance()
  }

  func nextRequest() {
    let keepsAlive = current?.keepsAlive == true
    current = nil
    guard keepsAlive else { return hangUp() }
    input = .head
    watch.set(.idle, after: loop.settings.timeouts.idle)
    advance()
  }

  /// Closes once everything is written. What the client still sends is read for a while: closing over unread bytes
  /// would reset the connection and could take the answer away from it.
  func hangUp() {
    guard let context, input != .dropping else { return }
    let lingers = input == .body || inbound.readableBytes > 0
    input = .dropping
    inbound = ByteBuffer()
    current = nil
    watch.clear()
    passOutput(to: context)
    guard watch.owesOutput || lingers else { return context.close(promise: nil) }
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenComplete { [self] _ in
      guard let context = self.context else { return }
      watch.settleOutput()
      guard lingers else { return context.close(promise: nil) }
      context.close(mode: .output, promise: nil)
      watch.set(.close, after: Self.lingerTime)
    }
    context.write(wrapOutboundOut(ByteBuffer()), promise: written)
    flush(context)
    resumeReading()
  }
}
