import Messages
import NIOCore

// Reading: bytes to requests.
extension Connection {
  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    if input == .dropping { return }
    isReading = true
    if inbound.readableBytes == 0 { inbound = bytes } else { inbound.writeBuffer(&bytes) }
    advance()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    isReading = false
    flushIfNeeded()
  }

  func read(context: ChannelHandlerContext) {
    if wantsRead { context.read() } else { isReadHeld = true }
  }

  private var wantsRead: Bool {
    switch input {
    case .dropping: true
    case .head: inbound.readableBytes < max(Self.maxPipelinedBytes, loop.settings.limits.headerBytes + 1)
    case .body: !isBodyPaused
    case .complete: inbound.readableBytes < Self.maxPipelinedBytes
    }
  }

  func resumeReading() {
    guard isReadHeld, wantsRead, let context else { return }
    isReadHeld = false
    context.read()
  }

  /// Goes on with what was read, as far as it goes.
  func advance() {
    if isAdvancing { return }
    isAdvancing = true
    do throws(RequestFault) {
      while try step() {}
    } catch {
      refuse(error)
    }
    isAdvancing = false
    if inbound.readableBytes == 0 { inbound = ByteBuffer() }
    if !isReading { flushIfNeeded() }
    resumeReading()
  }

  private func step() throws(RequestFault) -> Bool {
    switch input {
    case .head: try takeHead()
    case .body: try takeBody()
    case .complete, .dropping: false
    }
  }

  private func takeHead() throws(RequestFault) -> Bool {
    guard context != nil, !isBehind else { return false }
    guard let head = try parser.nextHead(&inbound) else {
      if inbound.readableBytes > 0 && watch.wait != .head { watch.set(.head, after: loop.settings.timeouts.head) }
      return false
    }
    begin(head)
    return true
  }

  private func takeBody() throws(RequestFault) -> Bool {
    if isBodyPaused { return false }
    switch try parser.nextBody(&inbound) {
    case .needsMore:
      watch.awaitBody(after: loop.settings.timeouts.body, isAsked: current?.owesContinue != true)
      return false
    case .bytes(let bytes): try deliver(bytes)
    case .end: bodyEnded()
    }
    return true
  }

  private func begin(_ head: RequestHead) {
    leaveUntaken()
    let client = ClientInfo(
      head, peer: peer, scheme: loop.scheme, trusted: loop.settings.trustedProxies, &loop.random)
    current = Current(
      isHead: head.method == "HEAD", minorVersion: head.minorVersion, requestID: client.requestID,
      keepsAlive: head.keepsAlive, owesContinue: head.expectsContinue && head.framing != .none)
    answer = .awaited
    input = head.framing == .none ? .complete : .body
    isBodyPaused = false
    watch.clear()
    if input == .body { watch.beginBody(loop.pace) }
    let exchange = Exchange(
      IncomingRequest(head, client), sink: self, loop: loop, isBodyHere: isBodyHere(head.framing))
    self.exchange = exchange
    exchange.begin()
  }

  /// The body was read as a whole with its head, or there is none.
  private func isBodyHere(_ framing: RequestHead.Framing) -> Bool {
    switch framing {
    case .none: true
    case .length(let length): inbound.readableBytes >= length
    case .chunked: false
    }
  }

  private func deliver(_ bytes: ByteBuffer) throws(RequestFault) {
    current?.owesContinue = false
    watch.receivedBody(bytes.readableBytes)
    switch exchange?.receive(bytes) ?? .dropped {
    case .taken: return
    case .full: pauseBody()
    case .tooLarge(let fault): throw fault
    case .dropped:
      current?.droppable -= bytes.readableBytes
      if current.map({ $0.droppable > 0 }) == true { return }
      if answer == .finished { hangUp() } else { pauseBody() }
    }
  }

  private func pauseBody() {
    isBodyPaused = true
    watch.pauseBody()
  }

  private func bodyEnded() {
    input = .complete
    watch.endBody()
    if answer == .finished { nextRequest() } else { exchange?.bodyEnded() }
  }
}
