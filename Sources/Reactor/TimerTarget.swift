/// What a timer calls. An object rather than a closure, so that a transfer can be its own timer without an allocation.
package protocol TimerTarget: AnyObject {
  /// On the reactor's thread, once; the timer is gone by then.
  func timerFired()

  /// On the reactor's thread, instead of `timerFired`, when the reactor stops first.
  func timerDropped()
}
