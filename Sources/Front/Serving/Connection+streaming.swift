import Messages
import NIOCore

// Writing: an answer in pieces. All of it on the loop; `exchange` must be the one that is being answered.
extension Connection {
  /// Begins an answer of unknown content; nothing is flushed yet. `length`: of the body, where it is known. `fields`
  /// writes the answer's own lines, with a `Date` where it says so; it is told whether the answer is chunked. `room`:
  /// bytes that follow at once. False: the request is over already.
  func beginStream(
    _ exchange: Exchange, status: Int, length: Int?, hasDate: Bool, room: Int, fields: (inout AnswerHead, Bool) -> Void
  ) -> Bool {
    guard self.exchange === exchange, answer == .awaited, let context, let current else { return false }
    answer = .begun
    framing = Self.framing(status, length, current.head)
    if current.owesContinue || framing == .untilClose { self.current?.keepsAlive = false }
    var head = AnswerHead(
      loop.allocator, capacity: room <= Self.maxAppendedBytes ? 1024 + room : 1024, status: status)
    if !hasDate { head.buffer.writeBytes(loop.date.current()) }
    fields(&head, framing == .chunked)
    if let length, status != 204 { head.writeContentLength(length) }
    if framing == .chunked { head.buffer.writeStaticString("Transfer-Encoding: chunked\r\n") }
    endHead(&head, requestID: current.client.requestID)
    streamedStatus = status
    streamedBytes = 0
    write(head.buffer, context)
    return true
  }

  private static func framing(_ status: Int, _ length: Int?, _ head: RequestHead) -> AnswerFraming {
    if !hasBody(status) || head.method == "HEAD" { return .none }
    if let length { return .length(length) }
    return head.minorVersion == 0 ? .untilClose : .chunked
  }

  /// The next piece. More than the announced length breaks the connection off. Not flushed.
  func writeStream(_ exchange: Exchange, _ bytes: ByteBuffer) {
    guard self.exchange === exchange, answer == .begun, bytes.readableBytes > 0, let context else { return }
    switch framing {
    case .none: return
    case .untilClose: write(bytes, context)
    case .length(let left):
      guard bytes.readableBytes <= left else { return breakStream(exchange) }
      framing = .length(left - bytes.readableBytes)
      write(bytes, context)
    case .chunked:
      var size = loop.allocator.buffer(capacity: 20)
      size.writeString(String(bytes.readableBytes, radix: 16))
      size.writeStaticString("\r\n")
      write(size, context)
      write(bytes, context)
      write(loop.lineEnd, context)
    }
    streamedBytes += bytes.readableBytes
  }

  func flushStream(_ exchange: Exchange) {
    if self.exchange === exchange && !isReading { flushIfNeeded() }
  }

  /// The client has taken so much that the next piece may be written.
  func canStream(_ exchange: Exchange) -> Bool {
    self.exchange === exchange && context?.channel.isWritable == true
  }

  /// The answer is whole. One that is shorter than announced is broken off instead. `trailers` appends lines; it is
  /// asked where there is a place for them.
  func endStream(_ exchange: Exchange, trailers: (inout ByteBuffer) -> Void) {
    guard self.exchange === exchange, answer == .begun, let context else { return }
    switch framing {
    case .length(let left) where left > 0: return breakStream(exchange)
    case .chunked: write(lastChunk(trailers), context)
    case .none, .length, .untilClose: break
    }
    finishAnswer(status: streamedStatus, bytes: streamedBytes)
    if !isReading { flushIfNeeded() }
  }

  private func lastChunk(_ trailers: (inout ByteBuffer) -> Void) -> ByteBuffer {
    var lines = ByteBuffer()
    trailers(&lines)
    guard lines.readableBytes > 0 else { return loop.lastChunk }
    var last = loop.allocator.buffer(capacity: lines.readableBytes + 5)
    last.writeStaticString("0\r\n")
    last.writeBuffer(&lines)
    last.writeStaticString("\r\n")
    return last
  }

  /// The answer can't be finished: the connection ends so that what was sent can't be taken for whole. Where only the
  /// end of the connection ends the body, that takes a reset.
  func breakStream(_ exchange: Exchange) {
    guard self.exchange === exchange else { return }
    if framing == .untilClose { resetOnClose() }
    flushIfNeeded()
    abort()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    guard context.channel.isWritable else { return }
    if answer == .finished { leaveFlight() }
    if isCountedUntaken { countUntaken(pendingBytes(context)) }
    stream?.outputDrained()
    if input == .head { advance() }
  }
}
