import NIOCore
import NIOHTTP1

#if canImport(Glibc)
  import Glibc
#endif

/// Takes whole requests of one connection and answers each after its delay. *Confined to* its channel's event loop.
///
/// What was taken is done, also where the client has left by then.
///
/// NIO's pipelining handler stands before it, so that a request arrives only after the one before it was answered.
final class ServiceHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  static let maxBodyBytes = 64 * 1024

  private let backend: ShopBackend
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []
  private var bodyIsTooLarge = false
  private var isOver = false

  init(backend: ShopBackend) {
    self.backend = backend
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body.removeAll(keepingCapacity: true)
      bodyIsTooLarge = false
    case .body(let buffer):
      bodyIsTooLarge = bodyIsTooLarge || body.count + buffer.readableBytes > ServiceHandler.maxBodyBytes
      if !bodyIsTooLarge { body += buffer.readableBytesView }
    case .end:
      guard let head else { return }
      self.head = nil
      begin(head, context: context)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    isOver = true
    context.fireChannelInactive()
  }

  /// A client that breaks the protocol or the connection; there is nobody to tell.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  private func begin(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
    let course = course(of: head)
    after(course.delay, context) { handler, context in
      let answer = course.work()
      handler.after(course.pause, context) { handler, context in
        if !handler.isOver { handler.end(course.effect, answer, head, context: context) }
      }
    }
  }

  private func after(
    _ milliseconds: Int, _ context: ChannelHandlerContext,
    _ body: @escaping @Sendable (ServiceHandler, ChannelHandlerContext) -> Void
  ) {
    guard milliseconds > 0 else { return body(self, context) }
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    context.eventLoop.scheduleTask(in: .milliseconds(Int64(milliseconds))) {
      body(bound.value.0, bound.value.1)
    }
  }

  private func course(of head: HTTPRequestHead) -> ShopBackend.Course {
    if bodyIsTooLarge {
      let message = "a body of more than \(ServiceHandler.maxBodyBytes) bytes"
      return ShopBackend.Course { .problem(.payloadTooLarge, message) }
    }
    guard let request = ShopRequest(method: head.method, target: head.uri, body: body, headers: head.headers) else {
      return ShopBackend.Course { .problem(.badRequest, "the request's target has a broken escape or is no path") }
    }
    return backend.course(of: request)
  }

  private func end(
    _ effect: Fault.Effect, _ answer: ShopAnswer, _ head: HTTPRequestHead, context: ChannelHandlerContext
  ) {
    switch effect {
    case .none: write(answer, to: head, context: context)
    case .hang: break
    case .reset: reset(context)
    }
  }

  private func write(_ answer: ShopAnswer, to head: HTTPRequestHead, context: ChannelHandlerContext) {
    var response = HTTPResponseHead(version: .http1_1, status: answer.status)
    if answer.status.mayHaveResponseBody {
      response.headers.add(name: "Content-Type", value: "application/json")
      response.headers.add(name: "Content-Length", value: String(answer.body.count))
    }
    for header in answer.headers { response.headers.add(name: header.name, value: header.value) }
    if !head.isKeepAlive { response.headers.add(name: "Connection", value: "close") }
    context.write(wrapOutboundOut(.head(response)), promise: nil)
    if head.method != .HEAD, answer.status.mayHaveResponseBody {
      context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
    }
    let end = context.writeAndFlush(wrapOutboundOut(.end(nil)))
    if !head.isKeepAlive { end.assumeIsolated().whenComplete { _ in context.close(promise: nil) } }
  }

  /// Closing with a linger time of zero sends RST instead of FIN.
  private func reset(_ context: ChannelHandlerContext) {
    guard let socket = context.channel as? any SocketOptionProvider else { return context.close(promise: nil) }
    socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).assumeIsolated().whenComplete { _ in
      context.close(promise: nil)
    }
  }
}
