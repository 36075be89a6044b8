import Messages

// A request takes a place when it is ready to be worked on, and gives it back when the client has the answer.
extension Exchange {
  /// Where a request counts.
  enum Place {
    case none
    /// Apart, while its body is still coming: a slow client must not take the places of the others.
    case receiving
    /// Among those being worked on.
    case working
  }

  /// Holds a place; until the client has taken the answer.
  package var hasPlace: Bool { place != .none }

  /// A place for a request that is here as a whole, or has no use for its body; where none is left, it is answered.
  func beginWork() -> Bool {
    leave()
    if route?.work.body != .streamed && loop.load.untaken.isFull {
      return turnAway("too many answers wait for their clients")
    }
    guard loop.load.requests.enter() else { return turnAway("too many requests in flight") }
    place = .working
    return true
  }

  /// A place apart for a request whose body is still coming; where none is left, it is answered.
  func beginReceiving() -> Bool {
    guard loop.load.bodies.enter() else { return turnAway("too many requests whose bodies are still coming") }
    place = .receiving
    return true
  }

  /// The rest of the body has come. What streams is being worked on already, and is let in over the bound.
  func endReceiving() {
    guard place == .receiving else { return }
    loop.load.bodies.leave()
    loop.load.requests.enterAnyway()
    place = .working
  }

  private func turnAway(_ detail: String) -> Bool {
    refuse("busy", Problem(503, detail: detail, headers: [HeaderField("Retry-After", "1")]))
    return false
  }

  /// Gives the place back. By the sink, when the client has taken the answer, or has gone.
  package func leave() {
    switch place {
    case .none: return
    case .receiving: loop.load.bodies.leave()
    case .working: loop.load.requests.leave()
    }
    place = .none
  }
}
