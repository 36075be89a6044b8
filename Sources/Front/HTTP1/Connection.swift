import Messages
import NIOCore
import Timing

/// *Confined to its event loop.* One client connection of HTTP/1.1: takes requests off it one at a time, has each go its
/// way as an exchange, and is the sink of its answer. Requests that follow before the answer wait unparsed, in a bounded
/// buffer.
final class Connection: ChannelDuplexHandler, ServedConnection {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Bytes of requests that wait for an answer before theirs; above it, nothing is read.
  static let maxPipelinedBytes = 64 * 1024
  /// Bytes of a body nobody wants that are read for the sake of the next request; above it, the connection is closed.
  static let maxDroppedBytes = 256 * 1024
  /// Above this, an answer's body is written beside its head instead of behind it in the same buffer.
  static let maxJoinedBytes = 64 * 1024
  /// Pieces that are written in a row go out in one buffer of up to so many bytes; for more, a copy costs more than
  /// another buffer.
  static let maxAppendedBytes = 16 * 1024
  /// How long what a client still sends is read after the last answer, so that it can read that answer.
  static let lingerTime: Duration = .seconds(2)

  enum Input {
    /// A head is awaited.
    case head
    /// The current request's body is coming in.
    case body
    /// The current request is in; the next is not looked at.
    case complete
    /// Everything is dropped until the connection is closed.
    case dropping
  }

  enum Answer {
    case awaited, begun, finished
  }

  /// How the body of the answer being streamed is framed (RFC 9112 §6.3).
  enum Framing: Equatable {
    /// There is no body: HEAD, 204, 304.
    case none
    /// Bytes that are still to come.
    case length(Int)
    case chunked
    /// Up to the end of the connection: for HTTP/1.0.
    case untilClose
  }

  /// What the wire needs to know of the request that is being answered, or whose body is still to be read off.
  struct Current {
    let isHead: Bool
    let minorVersion: Int
    let requestID: String
    /// The connection goes on after it.
    var keepsAlive: Bool
    /// 100 was asked for and not sent.
    var owesContinue: Bool
    /// Bytes of its body that may still be read for nobody.
    var droppable = Connection.maxDroppedBytes
  }

  let loop: FrontLoop
  let wire: Wire
  let peer: Peer
  var context: ChannelHandlerContext?
  /// In the loop's list; nil where it isn't.
  var place: Int?

  var parser: RequestParser
  var inbound = ByteBuffer()
  var input = Input.head
  var isBodyPaused = false

  var current: Current?
  /// The one that is being answered.
  var exchange: Exchange?
  /// Its answer is written; it holds its place until the client has taken that.
  var untaken: Exchange?
  var answer = Answer.finished
  /// The server knows of bytes that wait for the client.
  var isCountedUntaken = false
  var framing = Framing.none
  var streamed = (status: 0, bytes: 0)

  var watch = TimeWatch()
  var isAdvancing = false
  var isReading = false
  var isReadHeld = false
  /// Written, and not passed to the channel yet: what follows is joined to it while it is small.
  var output = ByteBuffer()

  init(loop: FrontLoop, wire: Wire, peer: Peer) {
    self.loop = loop
    self.wire = wire
    self.peer = peer
    parser = RequestParser(maxHeadBytes: loop.settings.limits.headerBytes)
  }

  /// An answer is owed or not yet taken.
  var isBusy: Bool { current != nil || watch.owesOutput }

  var waitsSince: Instant? { watch.wait == .idle || watch.wait == .head ? watch.begun : nil }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    loop.add(self)
    watch.set(.idle, after: loop.settings.timeouts.idle)
    if loop.isOver { abort() }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    end()
    self.context = nil
  }

  func channelInactive(context: ChannelHandlerContext) {
    end()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    loop.settings.logger.debug("client connection failed", metadata: ["error": "\(error)"])
    context.close(promise: nil)
  }

  /// The connection is gone: whatever runs for it is told.
  private func end() {
    guard place != nil else { return }
    loop.remove(self)
    loop.load.connections.leave()
    loop.load.clients?.leave(peer)
    countUntaken(0)
    input = .dropping
    inbound = ByteBuffer()
    if let exchange {
      self.exchange = nil
      let hasBegun = answer == .begun
      exchange.cutOff(status: hasBegun ? streamed.status : nil, bytes: hasBegun ? streamed.bytes : 0)
      exchange.abandon()
      exchange.leave()
    }
    leaveUntaken()
    current = nil
  }

  func abort() {
    context?.close(promise: nil)
  }

  /// Closes it where no request has begun since `instant`, and none is waiting.
  func closeIfQuiet(since instant: Instant) {
    if watch.wait == .idle && watch.begun <= instant && inbound.readableBytes == 0 { hangUp() }
  }
}
