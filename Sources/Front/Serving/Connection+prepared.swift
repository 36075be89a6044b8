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
    let length = Self.contentLength(status, body.readableBytes)
    var head = beginHead(status, [], room: room)
    lines(&head.buffer)
    if let length { head.writeContentLength(length) }
    endHead(&head, requestID: current.client.requestID)
    write(head.buffer, context)
    if let length, length > 0, current.head.method != "HEAD" { write(body, context) }
    finishAnswer(status: status, bytes: body.readableBytes)
  }
}
