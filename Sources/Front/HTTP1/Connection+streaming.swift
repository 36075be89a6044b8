import Messages
import NIOCore

// Writing: an answer in pieces.
extension Connection {
  func begin(
    _ exchange: Exchange, _ head: ResponseHead, _ fields: some FieldSequence, length: Int?, room: Int
  ) -> Bool {
    guard self.exchange === exchange, answer == .awaited, let context, let current else { return false }
    answer = .begun
    framing = Self.framing(head.status, length, current)
    if current.owesContinue || framing == .untilClose { self.current?.keepsAlive = false }
    var writer = beginHead(head, room: 768 + (room <= Self.maxAppendedBytes ? room : 0))
    writer.write(fields, head.changes, takesDate: head.hasDate, isChunked: framing == .chunked) { _ in }
    writer.write(head.changes.added) { _ in }
    if let length, head.status != 204 { writer.writeContentLength(length) }
    if framing == .chunked { writer.buffer.writeStaticString("Transfer-Encoding: chunked\r\n") }
    endHead(&writer, requestID: current.requestID)
    streamed = (head.status, 0)
    write(writer.buffer, context)
    return true
  }

  private static func framing(_ status: Int, _ length: Int?, _ current: Current) -> Framing {
    if !hasBody(status) || current.isHead { return .none }
    if let length { return .length(length) }
    return current.minorVersion == 0 ? .untilClose : .chunked
  }

  func write(_ exchange: Exchange, _ bytes: ByteBuffer) {
    guard self.exchange === exchange, answer == .begun, bytes.readableBytes > 0, let context else { return }
    switch framing {
    case .none: return
    case .untilClose: write(bytes, context)
    case .length(let left):
      guard bytes.readableBytes <= left else { return breakOff(exchange) }
      framing = .length(left - bytes.readableBytes)
      write(bytes, context)
    case .chunked:
      var size = loop.allocator.buffer(capacity: 20)
      size.writeString(String(bytes.readableBytes, radix: 16))
      size.writeStaticString("\r\n")
      write(size, context)
      write(bytes, context)
      write(wire.lineEnd, context)
    }
    streamed.bytes += bytes.readableBytes
  }

  func flush(_ exchange: Exchange) {
    if self.exchange === exchange && !isReading { flushIfNeeded() }
  }

  func isReady(_ exchange: Exchange) -> Bool {
    self.exchange === exchange && context?.channel.isWritable == true
  }

  func end(_ exchange: Exchange, trailers: (some FieldSequence)?) {
    guard self.exchange === exchange, answer == .begun, let context else { return }
    switch framing {
    case .length(let left) where left > 0: return breakOff(exchange)
    case .chunked: write(lastChunk(trailers), context)
    case .none, .length, .untilClose: break
    }
    finishAnswer(exchange, status: streamed.status, bytes: streamed.bytes)
    if !isReading { flushIfNeeded() }
  }

  private func lastChunk(_ trailers: (some FieldSequence)?) -> ByteBuffer {
    guard let trailers else { return wire.lastChunk }
    var writer = HeadWriter(chunkOf: loop.allocator, capacity: trailers.estimatedBytes + 5)
    writer.write(trailers) { _ in }
    writer.buffer.writeStaticString("\r\n")
    return writer.buffer
  }

  /// The connection ends. Where only that ends the body, it takes a reset.
  func breakOff(_ exchange: Exchange) {
    guard self.exchange === exchange else { return }
    if framing == .untilClose { resetOnClose() }
    flushIfNeeded()
    abort()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    guard context.channel.isWritable else { return }
    leaveUntaken()
    if isCountedUntaken { countUntaken(pendingBytes(context)) }
    exchange?.stream?.outputDrained()
    if input == .head { advance() }
  }
}
