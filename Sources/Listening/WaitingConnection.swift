import Front
import NIOCore
import Timing

/// A connection that speaks no protocol yet, and has a time to begin. *Confined to its event loop.* What begins with it is
/// told by its subclasses, which are channel handlers.
class WaitingConnection: ServedConnection {
  let loop: FrontLoop
  private(set) var context: ChannelHandlerContext?
  var watch = TimeWatch()
  var place: Int?

  init(loop: FrontLoop) {
    self.loop = loop
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    loop.add(self)
    if loop.isOver { abort() }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    hasBegun()
    self.context = nil
  }

  func channelInactive(context: ChannelHandlerContext) {
    hasBegun()
    context.fireChannelInactive()
  }

  /// It is a protocol's connection from now on, or none.
  func hasBegun() { loop.remove(self) }

  // MARK: As the loop sees it

  var speaks: WireProtocol { .opening }
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
