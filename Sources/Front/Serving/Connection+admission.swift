import Messages
import NIOCore

// Admission: a request takes a place when it is ready to be worked on, and gives it back when the client has the answer.
extension Connection {
  /// A place for a request that is here as a whole; where none is left, the request is answered.
  /// - Parameter streams: the answer waits for its client piece by piece.
  func beginWork(streams: Bool = false) -> Bool {
    leaveFlight()
    if !streams && loop.load.untaken.isFull { return turnAway("too many answers wait for their clients") }
    guard loop.load.requests.enter() else { return turnAway("too many requests in flight") }
    admission = .working
    return true
  }

  /// A place apart for a request whose body is still coming; where none is left, the request is answered.
  func beginReceiving() -> Bool {
    leaveFlight()
    guard loop.load.bodies.enter() else { return turnAway("too many requests whose bodies are still coming") }
    admission = .receiving
    return true
  }

  /// The rest of the body has come. What streams is being worked on already, and is let in over the bound.
  func endReceiving() {
    guard admission == .receiving else { return }
    loop.load.bodies.leave()
    loop.load.requests.enterAnyway()
    admission = .working
  }

  private func turnAway(_ detail: String) -> Bool {
    respond(Problem(503, detail: detail, headers: [HeaderField("Retry-After", "1")]))
    return false
  }

  /// Whether the body of this request was not read as a whole with its head.
  func isBodyComing(_ head: RequestHead) -> Bool {
    switch head.framing {
    case .none: false
    case .length(let length): inbound.readableBytes < length
    case .chunked: true
    }
  }

  func leaveFlight() {
    switch admission {
    case .nowhere: return
    case .receiving: loop.load.bodies.leave()
    case .working: loop.load.requests.leave()
    }
    admission = .nowhere
  }

  /// The answer is finished: the place is free once no more than `maxOutputBytes` of it wait for the client.
  func leaveFlightWhenTaken() {
    if !isBehind { leaveFlight() }
  }

  /// More waits for the client than the next answer, or piece, should be put behind.
  var isBehind: Bool { context?.channel.isWritable == false || output.readableBytes > Self.maxOutputBytes }
}
