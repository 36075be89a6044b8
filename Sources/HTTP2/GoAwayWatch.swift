import NIOCore

/// What stands between the socket and NIOHTTP2. *Confined to its event loop.* It sees the GOAWAY by which NIOHTTP2 gives
/// a connection up: its errors alone don't tell those of a connection from those of a stream. And once told so, it lets
/// nothing in, which NIOHTTP2 would go on with.
final class GoAwayWatch: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = IOData
  typealias OutboundOut = IOData

  private var context: ChannelHandlerContext?
  /// What was written last is a GOAWAY with an error.
  private(set) var hasSeenError = false
  var isDeaf = false

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }
  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  /// Tells the client to send no further request, and leaves the time to those on their way (RFC 9113 §6.8): behind a
  /// GOAWAY of its own, NIOHTTP2 would refuse them.
  func announceEnd() {
    guard let context else { return }
    var frame = context.channel.allocator.buffer(capacity: 17)
    frame.writeMultipleIntegers(Self.goAwayHead, 0 as UInt8, 0x7FFF_FFFF as UInt32, 0 as UInt32)
    context.writeAndFlush(wrapOutboundOut(.byteBuffer(frame)), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if !isDeaf { context.fireChannelRead(data) }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .byteBuffer(let bytes) = unwrapOutboundIn(data) { hasSeenError = Self.isError(bytes) }
    context.write(data, promise: promise)
  }

  /// Length 8 (no debug data), type 7, no flags, and all of stream 0 but a byte.
  private static let goAwayHead: UInt64 = 0x0000_0807_0000_0000

  /// Behind the head: the last stream; a code other than NO_ERROR.
  private static func isError(_ bytes: ByteBuffer) -> Bool {
    let (start, length) = (bytes.readerIndex, 17)
    return bytes.readableBytes == length && bytes.getInteger(at: start, as: UInt64.self) == goAwayHead
      && bytes.getInteger(at: start + length - 4, as: UInt32.self) != 0
  }
}
