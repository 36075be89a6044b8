import Reactor
import Timing

/// *Confined to its reactor's thread*, apart from `wake`, which any thread may call. Waits for a backend's token and ends
/// once.
final class AccessTokenWaiter: TimerTarget, @unchecked Sendable {  // guarded by the reactor's thread
  enum Outcome: Sendable {
    case token(IssuedToken)
    /// There is none to be had.
    case unavailable
    /// Too many wait already.
    case tooMany
    /// None came until the deadline.
    case late
    case cancelled
  }

  private let source: AccessTokenSource
  private let reactor: Reactor
  private var finish: ((Outcome) -> Void)?
  private var ticket: UInt64?
  private var timer: TimerToken?

  init(_ source: AccessTokenSource, on reactor: Reactor) {
    self.source = source
    self.reactor = reactor
  }

  /// Waits, once. Calls `finish` once, on the reactor's thread, possibly before it returns.
  /// - Parameter refused: a token that won't do.
  func wait(until deadline: Instant, after refused: IssuedToken?, then finish: @escaping (Outcome) -> Void) {
    self.finish = finish
    switch source.enqueue(self, after: refused) {
    case .token(let token): end(.token(token))
    case .unavailable: end(.unavailable)
    case .full: end(.tooMany)
    case .waiting(let ticket):
      self.ticket = ticket
      timer = reactor.schedule(at: deadline, self)
    }
  }

  func cancel() { giveUp(.cancelled) }

  func timerFired() { giveUp(.late) }

  /// The reactor stops.
  func timerDropped() { giveUp(.cancelled) }

  /// Any thread.
  /// - Parameter token: `nil`: it could not be fetched.
  func wake(with token: IssuedToken?) {
    reactor.execute { self.end(token.map { .token($0) } ?? .unavailable) }
  }

  private func giveUp(_ outcome: Outcome) {
    if let ticket { source.giveUp(ticket) }
    end(outcome)
  }

  private func end(_ outcome: Outcome) {
    if let timer { reactor.cancel(timer) }
    (timer, ticket) = (nil, nil)
    finish.take()?(outcome)
  }
}

extension AccessTokenSource {
  /// Waits for a token, on the reactor's thread; `nil`: there is none until then.
  func token(until deadline: Instant, on reactor: Reactor) async -> IssuedToken? {
    if let token = token() { return token }
    return await withUnsafeContinuation { continuation in
      AccessTokenWaiter(self, on: reactor).wait(until: deadline, after: nil) { outcome in
        if case .token(let token) = outcome {
          continuation.resume(returning: token)
        } else {
          continuation.resume(returning: nil)
        }
      }
    }
  }
}
