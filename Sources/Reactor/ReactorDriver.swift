import Timing

/// The one party whose descriptors a reactor watches. Everything is called on the reactor's thread.
package protocol ReactorDriver: AnyObject {
  /// May be stale by one turn: a descriptor closed and opened again within a turn can get
  /// the old one's events, so the driver must take them as a hint, and the socket's own answer as the truth.
  func descriptorReady(_ descriptor: Int32, is ready: Interest)

  /// Called between batches of jobs: does what is due, and gives the instant at which it wants to be called again.
  func advance() -> Instant

  /// The reactor stops: end everything, close every descriptor. Called once.
  func reactorWillStop()
}
