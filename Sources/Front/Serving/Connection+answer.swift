import Messages
import NIOCore

// Writing: one answer in memory.
extension Connection {
  /// The answer of an endpoint. Ignored where the request is over already.
  func answer(_ exchange: Exchange, _ reply: Reply) {
    guard self.exchange === exchange else { return }
    respond(reply)
  }

  func respond(_ problem: Problem) { respond(problem.reply()) }

  func respond(_ reply: Reply) {
    guard let context, let current else { return }
    guard (200...599).contains(reply.status) else {
      loop.settings.logger.error("an answer has no usable status", metadata: ["status": "\(reply.status)"])
      return respond(Problem(500))
    }
    if current.owesContinue { self.current?.keepsAlive = false }
    writeWhole(reply, context, requestID: current.client.requestID)
    if loop.settings.accessLog != nil, self.current?.outcome == nil {
      self.current?.outcome = reply.headers.first { $0.isNamed("weft-outcome") }?.value
    }
    finishAnswer(status: reply.status, bytes: reply.body.count)
  }

  /// Not a request, or one that took too long: a problem where there is still room for one, and the end.
  func refuse(_ fault: RequestFault) {
    guard let context, input != .dropping else { return }
    if answer == .begun { return abort() }
    abandon()
    if fault == TLSHello.fault {
      refuseTLS(context)
    } else if answer == .awaited || current == nil {
      current?.keepsAlive = false
      var problem = Problem(fault.status, detail: fault.detail)
      if fault.status == 405 { problem.headers.append(HeaderField("Allow", Self.allMethods)) }
      let reply = problem.reply()
      let requestID = current?.client.requestID ?? RandomIDs.hex(loop.random.next(), loop.random.next())
      writeWhole(reply, context, requestID: requestID)
      logRefusal(fault, bytes: reply.body.count, requestID: requestID)
    }
    loop.settings.logger.debug("request refused", metadata: ["status": "\(fault.status)", "why": "\(fault.detail)"])
    leaveFlight()
    answer = .finished
    hangUp()
  }

  private func refuseTLS(_ context: ChannelHandlerContext) {
    write(context.channel.allocator.buffer(bytes: TLSHello.alert), context)
    logRefusal(TLSHello.fault, bytes: 0, requestID: RandomIDs.hex(loop.random.next(), loop.random.next()))
    guard loop.isNoticeDue() else { return }
    loop.settings.logger.notice("a client speaks TLS to a port without", metadata: ["client": "\(peer.address)"])
  }

  private func writeWhole(_ reply: Reply, _ context: ChannelHandlerContext, requestID: String) {
    let length = Self.contentLength(reply.status, reply.body.count)
    let body = current?.head.method != "HEAD" ? length ?? 0 : 0
    let isJoined = body <= Self.maxJoinedBytes
    var head = beginHead(reply.status, reply.headers, room: isJoined ? body : 0)
    if let length { head.writeContentLength(length) }
    endHead(&head, requestID: requestID)
    if body > 0 && isJoined { head.buffer.writeBytes(reply.body) }
    write(head.buffer, context)
    if body > 0 && !isJoined { write(context.channel.allocator.buffer(bytes: reply.body), context) }
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

  /// Status line, date and the answer's own headers.
  func beginHead(_ status: Int, _ fields: [HeaderField], room: Int) -> AnswerHead {
    var capacity = 256 + room
    for field in fields { capacity += field.name.utf8.count + field.value.utf8.count + 4 }
    var head = AnswerHead(loop.allocator, capacity: capacity, status: status)
    head.buffer.writeBytes(loop.date.current())
    for field in fields where AnswerHead.isConnections(field.name) || !head.write(field.name, field.value) {
      loop.settings.logger.warning("a header of an answer can't be sent", metadata: ["name": "\(field.name)"])
    }
    return head
  }

  /// Request id and the connection's own headers. What it says of the connection's end is what happens: a client that
  /// was not told may have sent its next request already.
  func endHead(_ head: inout AnswerHead, requestID: String) {
    if loop.isEnding { current?.keepsAlive = false }
    head.buffer.writeStaticString("X-Request-Id: ")
    head.buffer.writeString(requestID)
    if current?.keepsAlive != true {
      head.buffer.writeStaticString("\r\nConnection: close\r\n\r\n")
    } else if current?.head.minorVersion == 0 {
      head.buffer.writeStaticString("\r\nConnection: keep-alive\r\n\r\n")
    } else {
      head.buffer.writeStaticString("\r\n\r\n")
    }
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
  func finishAnswer(status: Int, bytes: Int) {
    logAccess(status: status, bytes: bytes)
    answer = .finished
    exchange = nil
    stream = nil
    leaveFlightWhenTaken()
    if input == .complete { return nextRequest() }
    guard input == .body else { return }
    var left = Self.maxDroppedBytes
    if case .drop(let rest) = intake { left = rest }
    guard current?.keepsAlive == true, left > 0 else { return hangUp() }
    intake = .drop(left: left)
    collected = []
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
