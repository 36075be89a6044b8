import Locking
import Timing

/// *Guarded by its mutex.* A name that connections are made by. All origins of one host share it, so that it is asked
/// for once.
package final class HostName: Sendable {
  private struct Guarded {
    var state = NameState()
    /// Whom the end of the lookup under way is told; one for each loop.
    var listeners: [ObjectIdentifier: any NameListener] = [:]
  }

  /// In lower case.
  package let text: String
  private let resolver: Resolver
  private let guarded = Locked(Guarded())

  init(_ text: String, resolver: Resolver) {
    self.text = text
    self.resolver = resolver
  }

  deinit {
    resolver.forget(text)
  }

  /// Any thread. Begins a lookup where one is due. Where it is to be waited for, `listener` is told of its end.
  package func known(at now: Instant, else listener: any NameListener) -> KnownName {
    let (known, asks) = guarded.withLock { guarded in
      let asks = guarded.state.ask(at: now)
      let known = guarded.state.known(at: now)
      if case .asking = known { guarded.listeners[ObjectIdentifier(listener)] = listener }
      return (known, asks)
    }
    if asks { resolver.enqueue(self) }
    return known
  }

  /// Any thread. A connection to one of its addresses could not be made: asks anew. True where the answer is still to
  /// come; `listener` is told then.
  package func doubt(at now: Instant, _ listener: any NameListener) -> Bool {
    let (isAsking, asks) = guarded.withLock { guarded in
      guarded.state.doubt(at: now)
      let asks = guarded.state.ask(at: now)
      if guarded.state.isAsking { guarded.listeners[ObjectIdentifier(listener)] = listener }
      return (guarded.state.isAsking, asks)
    }
    if asks { resolver.enqueue(self) }
    return isAsking
  }

  func heard(_ result: Result<[String], LookupFailure>) {
    let listeners = guarded.withLock { guarded in
      guarded.state.heard(result, at: .now())
      defer { guarded.listeners = [:] }
      return guarded.listeners.values.map { $0 }
    }
    for listener in listeners { listener.heard(of: self) }
  }
}
