/// Wants to know when the reactor's turn is over; see `Reactor.atTurnEnd`.
package protocol TurnEnd: AnyObject, Sendable {
  /// On the reactor's thread, before it waits for its sockets again.
  func turnEnded()
}
