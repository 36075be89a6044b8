import Front
import Messages
import NIOCore

/// A connection's life (RFC 9112 §9): requests one after the other, each with its one answer. A value type that does no
/// I/O: bytes and events go in, what is to be done comes out. Of several requests in a row only the first is looked at
/// before its answer is written.
///
///     head ──> body ──> complete ──> head      the request's side; `dropping` once the connection is to end
///     awaited ──> begun ──> finished           the answer's side
struct ConnectionState {
  /// Bytes of requests that wait for an answer before theirs; above it, nothing is read.
  static let maxPipelinedBytes = 64 * 1024
  /// Bytes of a body nobody wants that are read for the sake of the next request; above it, the connection is closed.
  static let maxDroppedBytes = 256 * 1024

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

  /// How the body of an answer is framed (RFC 9112 §6.3).
  enum Framing: Equatable {
    /// There is no body: HEAD, 204, 304.
    case none
    /// Bytes that are still to come.
    case length(Int)
    case chunked
    /// Up to the end of the connection: for HTTP/1.0.
    case untilClose
  }

  /// What an answer's head says of the connection.
  enum Persistence {
    /// It goes on, and nothing has to be said.
    case implied
    /// It goes on, which HTTP/1.0 wants to be told.
    case keepAlive
    case close
  }

  /// What is next in the bytes that were read.
  enum Step {
    case request(RequestHead)
    case body(ByteBuffer)
    /// - Parameter after: `nil`: its answer is still owed.
    case bodyEnd(after: Next?)
    case needsMore(Input, isAsked: Bool)
    /// Nothing is looked at now.
    case held
  }

  /// What follows an answer.
  enum Next {
    /// The next request.
    case request
    /// The rest of the request's body, which nobody wants.
    case rest
    /// The end of the connection.
    case close
    /// The rest of the request, when it has come.
    case nothing
  }

  /// What becomes of a request that can't be taken.
  enum Refusal {
    case none
    /// There is room for a problem as its answer; the connection ends behind it.
    case tell
    /// The answer is written; the connection ends behind it.
    case close
    /// The answer has begun, and can't be finished.
    case abort
  }

  /// The request that is being answered, or whose body is still to be read off.
  private struct Current {
    let isHead: Bool
    let version: HTTPVersion
    /// The connection goes on after it.
    var keepsAlive: Bool
    /// 100 was asked for and not sent.
    var owesContinue: Bool
    /// Bytes of its body that may still be read for nobody.
    var droppable = ConnectionState.maxDroppedBytes
  }

  private(set) var input = Input.head
  private(set) var answer = Answer.finished
  private(set) var isBodyPaused = false
  /// Of the answer that goes out in pieces.
  private(set) var streamed = (status: 0, bytes: 0)
  private var framing = Framing.none
  private var current: Current?
  private var parser: RequestParser

  init(maxHeadBytes: Int) {
    parser = RequestParser(maxHeadBytes: maxHeadBytes)
  }

  /// A request is here, or its body is still to be read off.
  var isBusy: Bool { current != nil }

  /// The connection has no use for more bytes than these for now.
  func isFull(_ inbound: ByteBuffer, maxHeadBytes: Int) -> Bool {
    switch input {
    case .dropping: false
    case .head: inbound.readableBytes >= max(Self.maxPipelinedBytes, maxHeadBytes + 1)
    case .body: isBodyPaused
    case .complete: inbound.readableBytes >= Self.maxPipelinedBytes
    }
  }

  // MARK: The request

  /// - Parameter isBehind: too much waits for the client for another request to begin.
  mutating func next(_ inbound: inout ByteBuffer, isBehind: Bool) throws(RequestFault) -> Step {
    switch input {
    case .head:
      if isBehind { return .held }
      guard let head = try parser.nextHead(&inbound) else { return .needsMore(.head, isAsked: true) }
      begin(head)
      return .request(head)
    case .body:
      if isBodyPaused { return .held }
      switch try parser.nextBody(&inbound) {
      case .needsMore: return .needsMore(.body, isAsked: current?.owesContinue != true)
      case .bytes(let bytes):
        current?.owesContinue = false
        return .body(bytes)
      case .end:
        input = .complete
        return .bodyEnd(after: answer == .finished ? nextRequest() : nil)
      }
    case .complete, .dropping: return .held
    }
  }

  private mutating func begin(_ head: RequestHead) {
    current = Current(
      isHead: head.method == "HEAD", version: head.version, keepsAlive: head.keepsAlive,
      owesContinue: head.expectsContinue && head.bodyLength != .none)
    answer = .awaited
    input = head.bodyLength == .none ? .complete : .body
    isBodyPaused = false
  }

  /// No more of the body is taken for now.
  mutating func pauseBody() { isBodyPaused = true }

  /// False: it was not paused.
  mutating func resumeBody() -> Bool {
    defer { isBodyPaused = false }
    return isBodyPaused
  }

  /// A piece of the body that nobody wants. `close`: no more than it is read for the sake of the next request.
  mutating func dropBody(_ bytes: Int) -> Next {
    current?.droppable -= bytes
    if current.map({ $0.droppable > 0 }) == true { return .rest }
    return answer == .finished ? .close : .nothing
  }

  /// Whether the client is to be told to send its body (`100 Continue`); once.
  mutating func askForBody() -> Bool {
    guard current?.owesContinue == true, answer == .awaited else { return false }
    current?.owesContinue = false
    return true
  }

  // MARK: The answer

  /// A whole answer goes out. What its head says of the connection's end is what happens: a client that was not told may
  /// have sent its next request already.
  /// - Parameter isLast: the connection ends behind it, whatever the client wants.
  /// - Returns: whether its body is sent.
  mutating func answerWhole(isLast: Bool) -> (persistence: Persistence, sendsBody: Bool) {
    if isLast || current?.owesContinue == true { current?.keepsAlive = false }
    return (persistence, current?.isHead != true)
  }

  /// An answer begins whose body comes in pieces; `nil`: none is owed.
  mutating func beginAnswer(status: Int, length: Int?, isLast: Bool) -> (Persistence, Framing)? {
    guard answer == .awaited, let current else { return nil }
    answer = .begun
    streamed = (status, 0)
    framing = Self.framing(status, length, current)
    if isLast || current.owesContinue || framing == .untilClose { self.current?.keepsAlive = false }
    return (persistence, framing)
  }

  private var persistence: Persistence {
    guard let current, current.keepsAlive else { return .close }
    return current.version == .http10 ? .keepAlive : .implied
  }

  private static func framing(_ status: Int, _ length: Int?, _ current: Current) -> Framing {
    if !AnswerHead.hasBody(status) || current.isHead { return .none }
    if let length { return .length(length) }
    return current.version == .http10 ? .untilClose : .chunked
  }

  /// How a piece of the answer goes out; `nil`: it is more than was announced. `none`: not at all.
  mutating func piece(_ bytes: Int) -> Framing? {
    guard answer == .begun, bytes > 0 else { return Framing.none }
    if case .length(let left) = framing {
      guard bytes <= left else { return nil }
      framing = .length(left - bytes)
    }
    if framing != .none { streamed.bytes += bytes }
    return framing
  }

  /// How an answer that came in pieces ends; `nil`: it is shorter than was announced.
  func answerEnd() -> Framing? {
    if case .length(let left) = framing, left > 0 { return nil }
    return framing
  }

  /// Only the end of the connection tells the client that the answer is whole.
  var endsByClose: Bool { framing == .untilClose }

  /// The answer is written whole.
  mutating func finishAnswer() -> Next {
    answer = .finished
    switch input {
    case .complete: return nextRequest()
    case .body:
      guard let current, current.keepsAlive, current.droppable > 0 else { return .close }
      isBodyPaused = false
      return .rest
    case .head, .dropping: return .nothing
    }
  }

  private mutating func nextRequest() -> Next {
    let keepsAlive = current?.keepsAlive == true
    current = nil
    guard keepsAlive else { return .close }
    input = .head
    return .request
  }

  // MARK: The end

  /// What was read is no request, or it took too long, or is too large.
  mutating func refuse() -> Refusal {
    guard input != .dropping else { return .none }
    if answer == .begun { return .abort }
    let isTold = answer == .awaited || current == nil
    current?.keepsAlive = false
    answer = .finished
    return isTold ? .tell : .close
  }

  /// The connection is to end once everything is written.
  /// - Returns: whether the client may still be sending; `nil`: it is ending already.
  mutating func hangUp(_ inbound: ByteBuffer) -> Bool? {
    guard input != .dropping else { return nil }
    let lingers = input == .body || inbound.readableBytes > 0
    end()
    return lingers
  }

  /// The connection is gone.
  mutating func end() {
    input = .dropping
    current = nil
  }
}
