import Glibc
import Logging
import NIOCore

/// *Confined to its event loop.* Waits where a connection can't be accepted, as a rule because the process is out of
/// descriptors: the connection stays in the queue, the loop would find it there at once and again, and the requests of
/// the others would wait behind that. NIO's own `AcceptBackoffHandler` holds back reads that are asked for; the one
/// that failed is never taken back.
final class AcceptFailures: ChannelInboundHandler {
  typealias InboundIn = any Channel

  static let pause = TimeAmount.milliseconds(100)
  /// The log is told no more often.
  private static let interval = TimeAmount.seconds(10)

  private let logger: Logger
  private var nextTime = NIODeadline.distantPast

  init(logger: Logger) {
    self.logger = logger
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let error = error as? IOError else { return context.fireErrorCaught(error) }
    let channel = context.channel
    try? channel.syncOptions?.setOption(.autoRead, value: false)
    context.eventLoop.scheduleTask(in: Self.pause) { try? channel.syncOptions?.setOption(.autoRead, value: true) }
    guard NIODeadline.now() >= nextTime else { return }
    nextTime = .now() + Self.interval
    logger.warning(
      "connections can't be accepted; those that wait are tried again",
      metadata: ["detail": "\(String(cString: strerror(error.errnoCode)))"])
  }
}
