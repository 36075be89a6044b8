/// Who is told of a composition's course, on the caller's thread.
package protocol CompositionListener {
  /// The answer is known; once.
  func answered(_ composite: Composite)
  /// Its writes go on though nobody waits for them: the answer is given, or the client has left. Told again
  /// when it holds more.
  /// - Parameter bytes: of the bodies that it holds.
  func detached(holding bytes: Int)
}
