import Front
import Messages
import NIOCore

// Reading: bytes to requests.
extension HTTP1Connection {
  package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    if state.input == .dropping { return }
    isReading = true
    if inbound.readableBytes == 0 { inbound = bytes } else { inbound.writeBuffer(&bytes) }
    advance()
  }

  package func channelReadComplete(context: ChannelHandlerContext) {
    isReading = false
    flushIfNeeded()
  }

  package func read(context: ChannelHandlerContext) {
    if isFull { isReadHeld = true } else { context.read() }
  }

  private var isFull: Bool { state.isFull(inbound, maxHeadBytes: loop.settings.limits.headerBytes) }

  func resumeReading() {
    guard isReadHeld, !isFull, let context else { return }
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
    guard context != nil else { return false }
    switch try state.next(&inbound, isBehind: isBehind) {
    case .request(let head): begin(head)
    case .body(let bytes): try deliver(bytes)
    case .bodyEnd(let next):
      watch.endBody()
      if let next { go(next) } else { exchange?.bodyEnded() }
    case .needsMore(.body, let isAsked):
      watch.awaitBody(after: loop.settings.timeouts.body, isAsked: isAsked)
      return false
    case .needsMore:
      if inbound.readableBytes > 0 && watch.wait != .head { watch.set(.head, after: loop.settings.timeouts.head) }
      return false
    case .held: return false
    }
    return true
  }

  private func begin(_ head: RequestHead) {
    leaveUntaken()
    let client = ClientInfo(
      head, peer: peer, scheme: loop.scheme, trusted: loop.settings.trustedProxies, sampling: loop.settings.sampling,
      &loop.random)
    watch.clear()
    if head.bodyLength != .none { watch.beginBody(loop.pace) }
    let exchange = Exchange(
      IncomingRequest(head, client), sink: self, loop: loop, isBodyHere: isBodyHere(head.bodyLength))
    self.exchange = exchange
    exchange.begin()
  }

  /// The body was read as a whole with its head, or there is none.
  private func isBodyHere(_ length: BodyLength) -> Bool {
    switch length {
    case .none: true
    case .known(let count): inbound.readableBytes >= count
    case .unknown: false
    }
  }

  private func deliver(_ bytes: ByteBuffer) throws(RequestFault) {
    watch.receivedBody(bytes.readableBytes)
    switch exchange?.receive(bytes) ?? .dropped {
    case .taken: return
    case .full: pauseBody()
    case .tooLarge(let fault): throw fault
    case .dropped:
      switch state.dropBody(bytes.readableBytes) {
      case .close: hangUp()
      case .nothing: pauseBody()
      case .rest, .request: return
      }
    }
  }

  private func pauseBody() {
    state.pauseBody()
    watch.pauseBody()
  }

  package func askForBody(_ exchange: Exchange) {
    guard self.exchange === exchange, let context, state.askForBody() else { return }
    write(wire.continueLine, context)
    if !isReading { flushIfNeeded() }
  }

  package func resumeBody(_ exchange: Exchange) {
    guard self.exchange === exchange, state.resumeBody() else { return }
    advance()
  }
}
