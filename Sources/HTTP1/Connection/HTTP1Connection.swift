import Front
import Messages
import NIOCore
import Timing

/// A client's connection of HTTP/1.1. *Confined to its event loop.* It moves bytes between the channel and its state,
/// has each request go its way as an exchange, and is the sink of its answer.
package final class HTTP1Connection: ChannelDuplexHandler, ServedConnection {
  package typealias InboundIn = ByteBuffer
  package typealias OutboundIn = ByteBuffer
  package typealias OutboundOut = ByteBuffer

  /// Above this, an answer's body is written beside its head instead of behind it in the same buffer.
  static let maxJoinedBytes = 64 * 1024
  /// Pieces that are written in a row go out in one buffer of up to so many bytes; for more, a copy costs more than
  /// another buffer.
  static let maxAppendedBytes = 16 * 1024
  /// How long what a client still sends is read after the last answer, so that it can read that answer.
  static let lingerTime: Duration = .seconds(2)

  let loop: FrontLoop
  let wire: Wire
  let peer: Peer
  var context: ChannelHandlerContext?
  package var place: Int?
  package let speaks = WireProtocol.http1

  var state: ConnectionState
  /// Read, and not looked at yet.
  var inbound = ByteBuffer()
  /// Written, and not passed to the channel yet: what follows is joined to it while it is small.
  var output = ByteBuffer()
  /// The one that is being answered.
  var exchange: Exchange?
  /// Its answer is written; it holds its place until the client has taken that.
  var untaken: Exchange?
  /// The server knows of bytes that wait for the client.
  var isCountedUntaken = false
  var watch = TimeWatch()
  var isAdvancing = false
  var isReading = false
  var isReadHeld = false

  package init(loop: FrontLoop, wire: Wire, peer: Peer) {
    self.loop = loop
    self.wire = wire
    self.peer = peer
    state = ConnectionState(maxHeadBytes: loop.settings.limits.headerBytes)
  }

  package var isBusy: Bool { state.isBusy || watch.owesOutput }

  package var waitsSince: Instant? { watch.wait == .idle || watch.wait == .head ? watch.begun : nil }

  package func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    loop.add(self)
    watch.set(.idle, after: loop.settings.timeouts.idle)
    if loop.isOver { abort() }
  }

  package func handlerRemoved(context: ChannelHandlerContext) {
    end()
    self.context = nil
  }

  package func channelInactive(context: ChannelHandlerContext) {
    end()
  }

  package func errorCaught(context: ChannelHandlerContext, error: any Error) {
    loop.settings.logger.debug("client connection failed", metadata: ["error": "\(error)"])
    context.close(promise: nil)
  }

  /// The connection is gone: whatever runs for it is told.
  private func end() {
    guard place != nil else { return }
    loop.remove(self)
    countUntaken(0)
    inbound = ByteBuffer()
    state.end()
    if let exchange {
      self.exchange = nil
      let hasBegun = state.answer == .begun
      exchange.cutOff(status: hasBegun ? state.streamed.status : nil, bytes: hasBegun ? state.streamed.bytes : 0)
      exchange.abandon()
      exchange.leave()
    }
    leaveUntaken()
  }

  package func abort() {
    context?.abort()
  }

  package func closeIfQuiet(since instant: Instant) {
    if watch.wait == .idle && watch.begun <= instant && inbound.readableBytes == 0 { hangUp() }
  }

  /// Goes on behind an answer, or behind the body of a request that was answered before.
  func go(_ next: ConnectionState.Next) {
    switch next {
    case .nothing: return
    case .request:
      watch.set(.idle, after: loop.settings.timeouts.idle)
      advance()
    case .rest: advance()
    case .close: hangUp()
    }
  }

  /// Closes once everything is written. What the client still sends is read for a while: closing over unread bytes
  /// would reset the connection and could take the answer away from it.
  func hangUp() {
    guard let context, let lingers = state.hangUp(inbound) else { return }
    inbound = ByteBuffer()
    watch.clear()
    passOutput(to: context)
    guard watch.owesOutput || lingers else { return context.close(promise: nil) }
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenComplete { [self] _ in
      guard let context = self.context else { return }
      watch.settleOutput()
      guard lingers else { return context.close(promise: nil) }
      context.close(mode: .output, promise: nil)
      watch.set(.close, after: Self.lingerTime)
    }
    context.write(wrapOutboundOut(ByteBuffer()), promise: written)
    flush(context)
    resumeReading()
  }
}
