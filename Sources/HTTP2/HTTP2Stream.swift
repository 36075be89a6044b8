import Front
import Messages
import NIOCore
import NIOHPACK
import NIOHTTP2
import Timing

/// One request of an HTTP/2 connection, and the sink of its answer. *Confined to its event loop.*
///
///     request: head ──> body ──> complete          answer: awaited ──> begun ──> finished
final class HTTP2Stream: ChannelDuplexHandler {
  typealias InboundIn = HTTP2Frame.FramePayload
  typealias OutboundIn = HTTP2Frame.FramePayload
  typealias OutboundOut = HTTP2Frame.FramePayload

  /// Bytes of a body nobody wants that are read all the same; the client is left to stop by itself then.
  private static let maxDroppedBytes = 256 * 1024
  /// So long it may go on sending after its answer.
  private static let lingerTime: Duration = .seconds(2)
  /// An answer is written in pieces of so many bytes: what the client has taken of one is known once it has it whole.
  private static let maxPieceBytes = 64 * 1024

  enum Input { case head, body, complete }
  enum Answer { case awaited, begun, finished }

  unowned let connection: HTTP2Connection
  var context: ChannelHandlerContext?
  var exchange: Exchange?
  /// Its answer is written; it holds its place until the client has taken that.
  var untaken: Exchange?
  var input = Input.head
  var answer = Answer.awaited
  var isHead = false
  var owesContinue = false
  /// Of the answer that goes out in pieces: what may still come, where that is known.
  var left: Int?
  var streamed = (status: 0, bytes: 0)
  /// The client has the end of an answer of known length, while its own body goes on: the backend is not done before that
  /// has ended.
  var isWhole = false
  var watch = TimeWatch()
  var isReading = false
  private var isPaused = false
  private var isReadHeld = false
  private var droppable = HTTP2Stream.maxDroppedBytes
  /// Bytes of the answer's body that were written and are not with the kernel.
  private(set) var pending = 0

  init(_ connection: HTTP2Connection) {
    self.connection = connection
  }

  var loop: FrontLoop { connection.loop }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    let id = try? context.channel.syncOptions?.getOption(HTTP2StreamChannelOptions.streamID)
    connection.add(self, id)
  }

  func channelInactive(context: ChannelHandlerContext) {
    end()
    connection.remove(self)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    end()
    connection.remove(self)
    self.context = nil
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    loop.settings.logger.debug("a client's stream failed", metadata: ["error": "\(error)"])
    // A frame of the answer was not taken: the client must not wait for it.
    if error is NIOHTTP2Errors.StreamError { reset(.internalError) }
  }

  /// The stream is gone: whatever runs for it is told.
  func end() {
    pending = 0
    if let exchange {
      self.exchange = nil
      let hasBegun = answer == .begun
      if !isWhole {
        exchange.cutOff(status: hasBegun ? streamed.status : nil, bytes: hasBegun ? streamed.bytes : 0)
      }
      exchange.abandon()
      if isWhole { exchange.finished(status: streamed.status, bytes: streamed.bytes) }
      exchange.leave()
    }
    leaveUntaken()
    answer = .finished
  }

  // MARK: Reading

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    isReading = true
    switch unwrapInboundIn(data) {
    case .headers(let section) where input == .head: begin(section.headers, isComplete: section.endStream)
    case .headers: bodyEnded()
    case .data(let piece):
      if case .byteBuffer(let bytes) = piece.data, bytes.readableBytes > 0 { deliver(bytes) }
      if piece.endStream { bodyEnded() } else { awaitBody() }
    default: return
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    isReading = false
    context.flush()
  }

  func read(context: ChannelHandlerContext) {
    if isPaused { isReadHeld = true } else { context.read() }
  }

  private func begin(_ section: HPACKHeaders, isComplete: Bool) {
    input = isComplete ? .complete : .body
    // What was read together with what ended the connection may be seen late.
    guard answer == .awaited else { return }
    do throws(RequestFault) {
      let head = try RequestHead(section, isComplete: isComplete)
      isHead = head.method == "HEAD"
      owesContinue = head.expectsContinue && head.bodyLength != .none
      if !isComplete { watch.beginBody(loop.pace) }
      let client = ClientInfo(
        head, peer: connection.peer, scheme: loop.scheme, trusted: loop.settings.trustedProxies, &loop.random)
      let exchange = Exchange(IncomingRequest(head, client), sink: self, loop: loop, isBodyHere: isComplete)
      self.exchange = exchange
      exchange.begin()
      if !isComplete { awaitBody() }
    } catch {
      isHead = section.first(name: ":method") == "HEAD"
      refuse(error)
    }
  }

  private func deliver(_ bytes: ByteBuffer) {
    owesContinue = false
    watch.receivedBody(bytes.readableBytes)
    switch exchange?.receive(bytes) ?? .dropped {
    case .taken: return
    case .full: pauseBody()
    case .dropped:
      droppable -= bytes.readableBytes
      if droppable <= 0 { isPaused = true }
    case .tooLarge(let fault): refuse(fault)
    }
  }

  private func awaitBody() {
    guard input == .body, !isPaused, answer != .finished else { return }
    watch.awaitBody(after: loop.settings.timeouts.body, isAsked: !owesContinue)
  }

  private func pauseBody() {
    isPaused = true
    watch.pauseBody()
  }

  /// The request is whole; trailers of requests are dropped.
  private func bodyEnded() {
    guard input == .body else { return }
    input = .complete
    watch.endBody()
    exchange?.bodyEnded()
  }

  func resumeReading() {
    guard isPaused else { return }
    isPaused = false
    awaitBody()
    guard isReadHeld, let context else { return }
    isReadHeld = false
    context.read()
  }

  // MARK: Time

  func checkTime(_ now: Instant) {
    switch watch.check(now, pending: pending, outputLimit: loop.settings.timeouts.body) {
    case .good: return
    case .stalled: reset(.cancel)
    case .late(.body):
      if answer == .awaited {
        refuse(RequestFault(408, "the request body took too long"))
      } else {
        reset(isWhole ? .noError : .cancel)
      }
    case .late(.close):
      // RFC 9113 §8.1: the answer is whole without the rest of the request.
      if pending == 0 { reset(.noError) }
    case .late: return
    }
  }

  // MARK: Writing

  /// Header sections and pieces of the body.
  func write(_ section: HPACKHeaders, isLast: Bool = false) {
    guard let context else { return }
    context.write(wrapOutboundOut(.headers(.init(headers: section, endStream: isLast))), promise: nil)
  }

  func write(_ bytes: ByteBuffer, isLast: Bool = false) {
    guard let context else { return }
    var rest = bytes
    while rest.readableBytes > Self.maxPieceBytes, let piece = rest.readSlice(length: Self.maxPieceBytes) {
      write(context, piece)
    }
    write(context, rest, isLast: isLast)
  }

  private func write(_ context: ChannelHandlerContext, _ piece: ByteBuffer, isLast: Bool = false) {
    let frame = wrapOutboundOut(.data(.init(data: .byteBuffer(piece), endStream: isLast)))
    let count = piece.readableBytes
    guard count > 0 else { return context.write(frame, promise: nil) }
    pending += count
    watch.wrote(count)
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenSuccess { [self] in wrote(count) }
    context.write(frame, promise: written)
  }

  private func wrote(_ count: Int) {
    guard pending >= count else { return }
    pending -= count
    connection.took(count)
    if pending <= FrontLoop.maxOutputBytes { leaveUntaken() }
    if pending == 0 { connection.count() }
  }

  func flushNow() {
    if isReading { return connection.countLater() }
    context?.flush()
    if pending > 0 { connection.count() }
  }

  private func leaveUntaken() {
    untaken?.leave()
    untaken = nil
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable { exchange?.stream?.outputDrained() }
  }

  /// The answer is written whole.
  func finish(_ exchange: Exchange, status: Int, bytes: Int) {
    answer = .finished
    self.exchange = nil
    resumeReading()
    watch.endBody()
    exchange.finished(status: status, bytes: bytes)
    if pending > FrontLoop.maxOutputBytes { untaken = exchange } else { exchange.leave() }
    linger()
  }

  /// The answer is written, and a client that still sends may take a moment to see it: a reset could be there before.
  func linger() {
    flushNow()
    if input == .body { watch.set(.close, after: Self.lingerTime) }
  }

  func reset(_ code: HTTP2ErrorCode) {
    guard let context else { return }
    context.writeAndFlush(wrapOutboundOut(.rstStream(code)), promise: nil)
  }
}
