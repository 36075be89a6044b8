import Front
import NIOCore
import Timing

/// A connection of which the first bytes decide what is put onto it. *Confined to its event loop*; it hands over what it
/// has read, and leaves.
final class ConnectionOpening: WaitingConnection, ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let read: (inout ByteBuffer) throws -> Bool
  private var inbound = ByteBuffer()

  /// - Parameter read: looks at what has come so far, and may take of it; true: it has put handlers behind this one.
  ///   The connection ends where it throws.
  init(loop: FrontLoop, read: @escaping (inout ByteBuffer) throws -> Bool) {
    self.read = read
    super.init(loop: loop)
    watch.set(.idle, after: loop.settings.timeouts.idle)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    inbound.writeBuffer(&bytes)
    do {
      guard try read(&inbound) else {
        if watch.wait != .head { watch.set(.head, after: loop.settings.timeouts.head) }
        return
      }
    } catch {
      loop.settings.logger.debug("a connection does not begin as it should", metadata: ["error": "\(error)"])
      return context.close(promise: nil)
    }
    hasBegun()
    if inbound.readableBytes > 0 {
      context.fireChannelRead(wrapInboundOut(inbound))
      context.fireChannelReadComplete()
    }
    context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
  }
}
