import Front
import NIOCore
import Timing

/// A connection whose protocol is not known yet: HTTP/2 begins with its preface (RFC 9113 §3.4), HTTP/1.1 with anything
/// else. *Confined to its event loop*; it hands over what it has read, and leaves.
final class ConnectionOpening: ChannelInboundHandler, RemovableChannelHandler, ServedConnection {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

  private let loop: FrontLoop
  private let start: (Bool) throws -> Void
  private var context: ChannelHandlerContext?
  private var inbound = ByteBuffer()
  private var watch = TimeWatch()
  var place: Int?

  /// - Parameter start: puts the protocol's handlers behind this one; true: HTTP/2.
  init(loop: FrontLoop, start: @escaping (Bool) throws -> Void) {
    self.loop = loop
    self.start = start
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
    let begins = inbound.readableBytesView.prefix(Self.preface.count)
    guard Self.preface.starts(with: begins) else { return open(context, isHTTP2: false) }
    if begins.count == Self.preface.count { return open(context, isHTTP2: true) }
    watch.set(.head, after: loop.settings.timeouts.head)
  }

  private func open(_ context: ChannelHandlerContext, isHTTP2: Bool) {
    loop.remove(self)
    do {
      try start(isHTTP2)
    } catch {
      return context.close(promise: nil)
    }
    context.fireChannelRead(wrapInboundOut(inbound))
    context.fireChannelReadComplete()
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
