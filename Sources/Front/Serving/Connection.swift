import Messages
import NIOCore
import Timing

/// *Confined to its event loop.* One client connection: takes requests off it one at a time, hands them out, writes
/// their answers. Requests that follow before the answer wait unparsed, in a bounded buffer.
final class Connection: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Bytes of requests that wait for an answer before theirs; above it, nothing is read.
  static let maxPipelinedBytes = 64 * 1024
  /// Bytes of a body nobody wants that are read for the sake of the next request; above it, the connection is closed.
  static let maxDroppedBytes = 256 * 1024
  /// Bytes of answers waiting for the client; above it, the next request, or the stream's next piece, waits.
  static let maxOutputBytes = 64 * 1024
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

  /// Where the body goes.
  enum Intake {
    case drop(left: Int)
    case collect(max: Int)
    case stream
  }

  enum Answer {
    case awaited, begun, finished
  }

  let loop: FrontLoop
  let peer: Peer
  var context: ChannelHandlerContext?
  /// In the loop's list; nil where it isn't.
  var place: Int?

  var parser: RequestParser
  var inbound = ByteBuffer()
  var input = Input.head
  var intake = Intake.drop(left: 0)
  var collected: [UInt8] = []
  var isBodyPaused = false

  /// The request being answered; nil between requests.
  var current: CurrentRequest?
  /// Its exchange, once an endpoint has it; nil after the answer.
  var exchange: Exchange?
  var stream: (any ExchangeStream)?
  var answer = Answer.finished
  var admission = Admission.nowhere
  /// The server knows of bytes that wait for the client.
  var isCountedUntaken = false
  var framing = AnswerFraming.none
  var streamedStatus = 0
  var streamedBytes = 0

  var watch = TimeWatch()
  var isAdvancing = false
  var isReading = false
  var isReadHeld = false
  /// Written, and not passed to the channel yet: what follows is joined to it while it is small.
  var output = ByteBuffer()

  init(loop: FrontLoop, peer: Peer) {
    self.loop = loop
    self.peer = peer
    parser = RequestParser(maxHeadBytes: loop.settings.limits.headerBytes)
  }

  /// An answer is owed or not yet taken.
  var isBusy: Bool { current != nil || watch.owesOutput }

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
    if current != nil && answer != .finished { logCutOff() }
    abandon()
    leaveFlight()
    current = nil
  }

  /// Tells the endpoint that no answer is wanted any more.
  func abandon() {
    let (exchange, stream) = (self.exchange, self.stream)
    self.exchange = nil
    self.stream = nil
    exchange?.abandon()
    stream?.abandoned()
  }

  func abort() {
    context?.close(promise: nil)
  }

  /// Closes it where no request has begun since `instant`, and none is waiting.
  func closeIfQuiet(since instant: Instant) {
    if watch.wait == .idle && watch.begun <= instant && inbound.readableBytes == 0 { hangUp() }
  }
}
