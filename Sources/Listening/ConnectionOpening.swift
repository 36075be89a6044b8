import Front
import NIOCore
import Timing

/// A connection of which the first bytes decide what is put onto it. *Confined to its event loop*; it hands over what it
/// has read, and leaves.
final class ConnectionOpening: ChannelInboundHandler, RemovableChannelHandler, ServedConnection {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let loop: FrontLoop
  private let read: (inout ByteBuffer) throws -> Bool
  private var context: ChannelHandlerContext?
  private var inbound = ByteBuffer()
  private var watch = TimeWatch()
  var place: Int?

  /// - Parameter read: looks at what has come so far, and may take of it; true: it has put handlers behind this one.
  ///   The connection ends where it throws.
  init(loop: FrontLoop, read: @escaping (inout ByteBuffer) throws -> Bool) {
    self.loop = loop
    self.read = read
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    loop.add(self)
    watch.set(.idle, after: loop.settings.timeouts.idle)
    if loop.isOver { abort() }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    loop.remove(self)
    self.context = nil
  }

  func channelInactive(context: ChannelHandlerContext) {
    loop.remove(self)
    context.fireChannelInactive()
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
    loop.remove(self)
    if inbound.readableBytes > 0 {
      context.fireChannelRead(wrapInboundOut(inbound))
      context.fireChannelReadComplete()
    }
    context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
  }

  // MARK: As the loop sees it

  var isBusy: Bool { false }
  var waitsSince: Instant? { watch.begun }

  func checkTime(_ now: Instant) {
    if case .late = watch.check(now, pending: 0, outputLimit: .zero) { abort() }
  }

  func closeIfQuiet(since instant: Instant) {
    if watch.begun <= instant { abort() }
  }

  func abort() { context?.close(promise: nil) }
  func cutOff() { abort() }
}
