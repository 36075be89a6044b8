import Messages
import NIOCore

// Writing: an answer whose head lines and body are bytes already.
extension Connection {
  /// Ignored where the request is over already.
  func answer(
    _ exchange: Exchange, _ status: Int, _ body: ByteBuffer, room: Int, _ lines: (inout ByteBuffer) -> Void
  ) {
    guard self.exchange === exchange, let context, let current else { return }
    if current.owesContinue { self.current?.keepsAlive = false }
    let hasBody = Self.hasBody(status)
    var head = beginHead(status, [], room: room)
    lines(&head.buffer)
    if hasBody { head.writeContentLength(body.readableBytes) }
    endHead(&head, requestID: current.client.requestID)
    write(head.buffer, context)
    if hasBody, current.head.method != "HEAD", body.readableBytes > 0 { write(body, context) }
    finishAnswer(status: status, bytes: body.readableBytes)
  }
}
