import Front
import Messages
import NIOCore

/// *Confined to its event loop.* A connection above a limit: it is told 503 and closed.
package final class RefusedConnection: ChannelInboundHandler {
  package typealias InboundIn = ByteBuffer
  package typealias OutboundOut = ByteBuffer

  /// After this it is closed, whatever the client does.
  static let patience = TimeAmount.seconds(1)

  private let detail: String
  private let told: InFlight
  private var isTold = false

  package init(_ detail: String, told: InFlight) {
    self.detail = detail
    self.told = told
  }

  package func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { tell(context) }
  }

  package func channelActive(context: ChannelHandlerContext) { tell(context) }

  private func tell(_ context: ChannelHandlerContext) {
    guard !isTold else { return }
    isTold = told.enter()
    guard isTold else { return context.close(promise: nil) }
    let problem = Problem(503, detail: detail, headers: [HeaderField("Retry-After", "1")])
    context.refuse(by: problem)
    let channel = context.channel
    context.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
  }

  package func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

  package func channelInactive(context: ChannelHandlerContext) {
    if isTold { told.leave() }
    isTold = false
  }
}

extension ChannelHandlerContext {
  /// Answers with a problem what has become no request, and sends nothing behind it.
  package func refuse(by problem: Problem) {
    let answer = problem.answer()
    var head = HeadWriter(channel.allocator, capacity: 512, status: answer.status)
    head.write(answer.headers) { _ in }
    head.buffer.writeStaticString("Connection: close\r\n")
    head.writeContentLength(answer.body.count)
    head.buffer.writeStaticString("\r\n")
    head.buffer.writeBytes(answer.body)
    writeAndFlush(NIOAny(head.buffer), promise: nil)
    close(mode: .output, promise: nil)
  }
}
