import NIOCore

/// What stands between the socket and NIOHTTP2. *Confined to its event loop.* It sees the GOAWAY by which NIOHTTP2 gives
/// a connection up: its errors alone don't tell those of a connection from those of a stream. And once told so, it lets
/// nothing in, which NIOHTTP2 would go on with.
final class GoAwayWatch: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = IOData
  typealias OutboundOut = IOData

  /// What was written last is a GOAWAY with an error.
  private(set) var hasSeenError = false
  var isDeaf = false

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if !isDeaf { context.fireChannelRead(data) }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .byteBuffer(let bytes) = unwrapOutboundIn(data) { hasSeenError = Self.isError(bytes) }
    context.write(data, promise: promise)
  }

  /// RFC 9113 §6.8: length 8 (no debug data), type 7, no flags, stream 0; the last stream; a code other than NO_ERROR.
  private static func isError(_ bytes: ByteBuffer) -> Bool {
    let (start, length) = (bytes.readerIndex, 17)
    return bytes.readableBytes == length && bytes.getInteger(at: start, as: UInt64.self) == 0x0000_0807_0000_0000
      && bytes.getInteger(at: start + length - 4, as: UInt32.self) != 0
  }
}
