import Glibc
import Messages
import NIOCore
import NIOHTTP1
import Scripts

/// Answers the requests of one connection, one after the other. *Confined to* its channel's event loop.
final class MockHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = ByteBuffer

  /// Requests that may wait for the one before them; a client that sends more is cut off.
  private static let mostWaiting = 100

  private let mocks: MockBackends
  private let backend: String
  private var waiting: [HTTPRequestHead] = []
  private var head: HTTPRequestHead?
  private var isBusy = false
  private var isOver = false

  init(_ mocks: MockBackends, _ backend: String) {
    self.mocks = mocks
    self.backend = backend
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      // Who waits to be told to send the body is told.
      if head.headers["expect"].contains(where: { $0.lowercased() == "100-continue" }) {
        write("HTTP/1.1 100 Continue\r\n\r\n", context)
      }
    case .body: break
    case .end:
      guard let head, waiting.count < Self.mostWaiting else { return context.close(promise: nil) }
      waiting.append(head)
      next(context)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    isOver = true
    context.fireChannelInactive()
  }

  /// A client that breaks the protocol or the connection; there is nobody to tell.
  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func next(_ context: ChannelHandlerContext) {
    guard !isBusy, !isOver, !waiting.isEmpty else { return }
    isBusy = true
    let head = waiting.removeFirst()
    let reply = mocks.reply(of: backend, to: head.method.rawValue, head.uri) ?? Self.none(head)
    if case .timeout = reply.effect { return }
    guard reply.delay > .zero else { return end(reply, head, context) }
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    let delay = TimeAmount.nanoseconds(Int64(clamping: Int64(reply.delay / .nanoseconds(1))))
    context.eventLoop.scheduleTask(in: delay) {
      let (handler, context) = bound.value
      if !handler.isOver { handler.end(reply, head, context) }
    }
  }

  /// What no script answers.
  private static func none(_ head: HTTPRequestHead) -> ScriptedReply {
    let text = "no script answers \(head.method.rawValue) \(head.uri)\n"
    return ScriptedReply(
      .response(
        status: 501, headers: [HeaderField("Content-Type", "text/plain; charset=utf-8")], body: Array(text.utf8)))
  }

  private func end(_ reply: ScriptedReply, _ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    switch reply.effect {
    case .timeout: break
    case .reset: reset(context)
    case .garbage:
      write("\u{1}garbage\r\n\r\n", context)
      context.close(promise: nil)
    case .response(let status, let headers, let body): respond(status, headers, body, head, context)
    }
  }

  private func respond(
    _ status: Int, _ headers: [HeaderField], _ body: [UInt8], _ head: HTTPRequestHead, _ context: ChannelHandlerContext
  ) {
    let phrase = HTTPResponseStatus(statusCode: status).reasonPhrase
    var text = "HTTP/1.1 \(status) \(phrase)\r\n"
    for field in headers where !field.isNamed("content-length") && !field.isNamed("transfer-encoding") {
      text += "\(field.name): \(field.value)\r\n"
    }
    let mayHaveBody = status != 204 && status != 304
    if mayHaveBody { text += "Content-Length: \(body.count)\r\n" }
    if !head.isKeepAlive { text += "Connection: close\r\n" }
    var buffer = context.channel.allocator.buffer(string: text + "\r\n")
    if mayHaveBody, head.method != .HEAD { buffer.writeBytes(body) }
    context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    guard head.isKeepAlive else { return context.close(promise: nil) }
    isBusy = false
    next(context)
  }

  private func write(_ text: String, _ context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(string: text)), promise: nil)
  }

  /// Closing with a linger time of zero sends RST instead of FIN.
  private func reset(_ context: ChannelHandlerContext) {
    guard let socket = context.channel as? any SocketOptionProvider else { return context.close(promise: nil) }
    socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).assumeIsolated().whenComplete { _ in
      context.close(promise: nil)
    }
  }
}
