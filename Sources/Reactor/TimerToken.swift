/// Names a scheduled timer. Stale tokens (fired, cancelled) are recognised and harmless.
package struct TimerToken: Hashable, Sendable {
  let slot: Int32
  let generation: UInt32
}
