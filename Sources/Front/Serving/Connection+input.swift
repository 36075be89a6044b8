import Messages
import NIOCore

// Reading: bytes to requests to endpoints.
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
    let client = ClientInfo(
      head, peer: peer, scheme: loop.scheme, trusted: loop.settings.trustedProxies, &loop.random)
    current = CurrentRequest(head, client, keepsAlive: head.keepsAlive)
    answer = .awaited
    input = head.framing == .none ? .complete : .body
    intake = .drop(left: Self.maxDroppedBytes)
    isBodyPaused = false
    watch.clear()
    if input == .body { watch.beginBody(loop.pace) }
    route(head)
  }

  private func route(_ head: RequestHead) {
    let router = loop.site.router
    let found: RouteMatch =
      head.target.utf8.withContiguousStorageIfAvailable { target in
        let length = target.firstIndex(of: UInt8(ascii: "?")) ?? target.count
        let path = UnsafeBufferPointer(rebasing: target[..<length])
        current?.pathLength = length
        if length == 1 && path[0] == UInt8(ascii: "*") { return .methodNotAllowed(allow: Self.allMethods) }
        let match = router.match(host: head.host, method: head.method, path: path)
        if case .route(let index) = match { current?.captures = router.captures(route: index, path: path) }
        return match
      } ?? .badPath
    switch found {
    case .route(let index): open(index, head)
    case .notFound: respond(Problem(404, detail: "no route has this path"))
    case .badPath: respond(Problem(400, detail: "the path has a dot segment, a bad escape or a forbidden character"))
    case .methodNotAllowed(let allow) where head.method == "OPTIONS":
      respond(Reply(status: 204, headers: [HeaderField("Allow", allow)]))
    case .methodNotAllowed(let allow):
      respond(Problem(405, detail: "this path has other methods", headers: [HeaderField("Allow", allow)]))
    }
  }

  static let allMethods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"

  private func open(_ route: Int, _ head: RequestHead) {
    current?.route = route
    current?.routeName = loop.site.router.names[route]
    switch loop.site.endpoints[route].body {
    case .ignored: if beginWork() { serve(nil) }
    case .streamed:
      guard isBodyComing(head) ? beginReceiving() : beginWork(streams: true) else { return }
      intake = .stream
      serve(nil)
    case .buffered(let max):
      if case .length(let length) = head.framing, length > max { return refuse(Self.tooLarge(max)) }
      if head.framing == .none { return beginWork() ? serve(nil) : () }
      if isBodyComing(head), !beginReceiving() { return }
      intake = .collect(max: max)
      collected = []
      if case .length(let length) = head.framing { collected.reserveCapacity(min(length, Self.maxPipelinedBytes)) }
      wantBody()
    }
  }

  private static func tooLarge(_ max: Int) -> RequestFault {
    RequestFault(413, "the request body is longer than \(max) bytes")
  }

  private func serve(_ body: [UInt8]?) {
    guard let current, let route = current.route else { return }
    let exchange = Exchange(current.incoming(body: body), route: route, connection: self, loop: loop)
    self.exchange = exchange
    loop.site.endpoints[route].serve(exchange)
  }

  /// Tells a client that waits for it to send its body.
  func wantBody() {
    guard let context, current?.owesContinue == true, answer == .awaited else { return }
    current?.owesContinue = false
    write(loop.continueLine, context)
    if !isReading { flushIfNeeded() }
  }

  private func deliver(_ bytes: ByteBuffer) throws(RequestFault) {
    current?.owesContinue = false
    watch.receivedBody(bytes.readableBytes)
    switch intake {
    case .drop(let left):
      intake = .drop(left: left - bytes.readableBytes)
      if left > bytes.readableBytes { return }
      if answer == .finished { hangUp() } else { pauseBody() }
    case .collect(let max):
      guard collected.count + bytes.readableBytes <= max else { throw Self.tooLarge(max) }
      collected.append(contentsOf: bytes.readableBytesView)
    case .stream:
      if let stream, !stream.received(bytes) { pauseBody() }
    }
  }

  private func pauseBody() {
    isBodyPaused = true
    watch.pauseBody()
  }

  /// The stream of `exchange` takes more of the body.
  func resumeBody(_ exchange: Exchange) {
    guard self.exchange === exchange, isBodyPaused else { return }
    isBodyPaused = false
    advance()
  }

  private func bodyEnded() {
    input = .complete
    watch.endBody()
    if answer == .finished { return nextRequest() }
    switch intake {
    case .drop: break
    case .stream:
      endReceiving()
      stream?.bodyEnded()
    case .collect:
      var body: [UInt8] = []
      swap(&body, &collected)
      if beginWork() { serve(body) }
    }
  }
}
