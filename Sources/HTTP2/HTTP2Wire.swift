import NIOCore

/// What stands between the socket and NIOHTTP2. *Confined to its event loop.* NIOHTTP2 passes on each frame by itself,
/// its payload beside it, and each would be a record of TLS: they are joined until the flush. And once the connection has
/// failed nothing is let in, which NIOHTTP2 would go on with.
final class HTTP2Wire: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = IOData
  typealias OutboundOut = ByteBuffer

  /// Frames are joined up to so many bytes, as many as a record of TLS has; for more, a copy costs more than a buffer.
  static let maxJoinedBytes = 16 * 1024

  private var context: ChannelHandlerContext?
  private var output = ByteBuffer()
  var isDeaf = false

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) {
    output = ByteBuffer()
    self.context = nil
  }

  /// Tells the client to send no further request, and leaves the time to those on their way (RFC 9113 §6.8): behind a
  /// GOAWAY of its own, NIOHTTP2 would refuse them.
  func announceEnd() {
    guard let context else { return }
    var frame = context.channel.allocator.buffer(capacity: 17)
    frame.writeMultipleIntegers(0x0000_0807_0000_0000 as UInt64, 0 as UInt8, 0x7FFF_FFFF as UInt32, 0 as UInt32)
    join(frame, context)
    flush(context: context)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if !isDeaf { context.fireChannelRead(data) }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard promise == nil, case .byteBuffer(let bytes) = unwrapOutboundIn(data) else {
      pass(context)
      return context.write(data, promise: promise)
    }
    join(bytes, context)
  }

  func flush(context: ChannelHandlerContext) {
    pass(context)
    context.flush()
  }

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    if mode == .output { flush(context: context) }
    context.close(mode: mode, promise: promise)
  }

  private func join(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
    if output.readableBytes + bytes.readableBytes > Self.maxJoinedBytes { pass(context) }
    guard bytes.readableBytes <= Self.maxJoinedBytes / 2 || output.readableBytes > 0 else {
      return context.write(wrapOutboundOut(bytes), promise: nil)
    }
    output.writeImmutableBuffer(bytes)
  }

  private func pass(_ context: ChannelHandlerContext) {
    guard output.readableBytes > 0 else { return }
    context.write(wrapOutboundOut(output), promise: nil)
    output = ByteBuffer()
  }
}
