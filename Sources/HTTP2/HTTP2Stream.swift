import Front
import Messages
import NIOCore
import NIOHPACK
import NIOHTTP2
import Timing

/// One request of an HTTP/2 connection, and the sink of its answer. *Confined to its event loop.*
///
///     request: head ──> body ──> complete          answer: awaited ──> begun ──> finished
final class HTTP2Stream {
  /// Bytes of a body nobody wants that are read all the same; the client is left to stop by itself then.
  static let maxDroppedBytes = 256 * 1024
  /// So long it may go on sending after its answer.
  private static let lingerTime: Duration = .seconds(2)

  enum Input { case head, body, complete }
  enum Answer { case awaited, begun, finished }

  unowned let connection: HTTP2Connection
  let id: HTTP2StreamID
  var exchange: Exchange?
  /// Its answer is written; it holds its place until the client has taken that.
  var untaken: Exchange?
  var input = Input.head
  var answer = Answer.awaited
  var isHead = false
  var owesContinue = false
  /// Of the answer that goes out in pieces: what may still come, where that is known.
  var left: Int?
  var streamed = (status: 0, bytes: 0)
  /// The client has the end of an answer of known length, while its own body goes on: the backend is not done before that
  /// has ended.
  var isWhole = false
  var watch = TimeWatch()
  /// Both sides have ended it, or one has reset it: nothing more can be written.
  private(set) var isClosed = false
  /// What closes it now is the end of its own answer, which `finish` follows.
  private var isEnding = false
  /// Bytes of the answer's body that wait for a window or for the socket.
  private(set) var pending = 0
  /// The answer's next piece waits until less does.
  private var isFull = false

  // Of the body, whose reader is `HTTP2Stream+body.swift`.
  var window = InboundWindow()
  /// What must still come, where it is known.
  var announced: Int?
  var droppable = HTTP2Stream.maxDroppedBytes
  var isPaused = false
  var isEndHeld = false
  /// What has come behind a piece that was enough for now.
  var inbound = ByteBuffer()
  /// Bytes of that piece: whoever got it does not want more yet.
  var enough = 0

  init(_ connection: HTTP2Connection, _ id: HTTP2StreamID) {
    self.connection = connection
    self.id = id
  }

  var loop: FrontLoop { connection.loop }

  func begin(_ section: HPACKHeaders, isComplete: Bool) {
    input = isComplete ? .complete : .body
    do throws(RequestFault) {
      let head = try RequestHead(section, isComplete: isComplete, maxBytes: loop.settings.limits.headerBytes)
      isHead = head.method == "HEAD"
      owesContinue = head.expectsContinue && head.bodyLength != .none
      if case .known(let length) = head.bodyLength { announced = length }
      if !isComplete { watch.beginBody(loop.pace) }
      let client = ClientInfo(
        head, peer: connection.peer, scheme: loop.scheme, trusted: loop.settings.trustedProxies,
        sampling: loop.settings.sampling, &loop.random)
      let exchange = Exchange(IncomingRequest(head, client), sink: self, loop: loop, isBodyHere: isComplete)
      self.exchange = exchange
      exchange.begin()
      if !isComplete { awaitBody() }
    } catch {
      isHead = section.first(name: ":method") == "HEAD"
      refuse(error)
    }
  }

  // MARK: The end

  /// There is no such stream any more.
  func closed() {
    isClosed = true
    if isEnding { dropInbound() } else { end() }
  }

  /// The stream is gone: whatever runs for it is told.
  func end() {
    isClosed = true
    connection.dropped(pending)
    pending = 0
    dropInbound()
    if let exchange {
      self.exchange = nil
      let hasBegun = answer == .begun
      if !isWhole {
        exchange.cutOff(status: hasBegun ? streamed.status : nil, bytes: hasBegun ? streamed.bytes : 0)
      }
      exchange.abandon()
      if isWhole { exchange.finished(status: streamed.status, bytes: streamed.bytes) }
      exchange.leave()
    }
    leaveUntaken()
    answer = .finished
  }

  func reset(_ code: HTTP2ErrorCode) {
    guard !isClosed else { return }
    connection.write(id, .rstStream(code))
    connection.flush()
  }

  // MARK: Time

  func checkTime(_ now: Instant) {
    switch watch.check(now, pending: pending, outputLimit: loop.settings.timeouts.body) {
    case .good: return
    case .stalled: reset(.cancel)
    case .late(.body):
      if answer == .awaited {
        refuse(RequestFault(408, "the request body took too long"))
      } else {
        reset(isWhole ? .noError : .cancel)
      }
    case .late(.close):
      // RFC 9113 §8.1: the answer is whole without the rest of the request.
      if pending == 0 { reset(.noError) }
    case .late: return
    }
  }

  // MARK: Writing

  /// Header sections and pieces of the body.
  func write(_ section: HPACKHeaders, isLast: Bool = false) {
    write(.headers(.init(headers: section, endStream: isLast)), isLast)
  }

  func write(_ bytes: ByteBuffer, isLast: Bool = false) {
    guard !isClosed else { return }
    pending += bytes.readableBytes
    connection.wrote(bytes.readableBytes)
    watch.wrote(bytes.readableBytes)
    write(.data(.init(data: .byteBuffer(bytes), endStream: isLast)), isLast)
  }

  private func write(_ payload: HTTP2Frame.FramePayload, _ isLast: Bool) {
    guard !isClosed else { return }
    isEnding = isLast
    connection.write(id, payload)
    isEnding = false
  }

  func flushNow() { connection.flush() }

  /// No piece should be written before less waits.
  func hasRoom() -> Bool {
    isFull = pending > FrontLoop.maxOutputBytes
    return !isClosed && !isFull
  }

  /// So many bytes have gone to the socket.
  /// - Returns: whether `drained` is to be called once all that can go has gone.
  func passed(_ bytes: Int) -> Bool {
    pending -= bytes
    return isFull || untaken != nil
  }

  func drained() {
    if pending <= FrontLoop.maxOutputBytes { leaveUntaken() }
    guard isFull, pending <= FrontLoop.maxOutputBytes / 2 else { return }
    isFull = false
    exchange?.stream?.outputDrained()
  }

  private func leaveUntaken() {
    untaken?.leave()
    untaken = nil
  }

  /// The answer is written whole.
  func finish(_ exchange: Exchange, status: Int, bytes: Int) {
    answer = .finished
    self.exchange = nil
    resumeReading()
    watch.endBody()
    exchange.finished(status: status, bytes: bytes)
    if pending > FrontLoop.maxOutputBytes { untaken = exchange } else { exchange.leave() }
    linger()
  }

  /// The answer is written, and a client that still sends may take a moment to see it: a reset could be there before.
  func linger() {
    flushNow()
    if input == .body && !isClosed { watch.set(.close, after: Self.lingerTime) }
  }
}
