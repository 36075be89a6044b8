import Messages
import Timing
import Transfers

/// *Confined to its loop's thread.* A pass-through request on its way, made by `UpstreamClient.openStream`.
///
/// Retried by the backend's policy while nothing of it has reached anybody: a repeatable request without a body that
/// could not connect, or whose head has a status to be retried. What retries cost in time comes out of the head
/// timeout.
package final class UpstreamStream: @unchecked Sendable {  // guarded by the reactor's thread
  enum Phase {
    case idle
    case waiting(SlotWaiter)
    case sending(StreamAttempt)
    case pausing(RetryPause)
    /// Only the delegate does not know yet.
    case ending(CallFailure)
    case ended
  }

  let client: UpstreamClient
  let request: UpstreamStreamRequest
  let backend: Backend
  let headDeadline: Instant
  var delegate: (any UpstreamStreamDelegate)?
  var phase = Phase.idle
  var attempts: Attempts
  var tried = TriedAddresses()
  /// Of the attempt before this one, where that had no response.
  var lastFailure: CallFailure?
  /// The delegate has the head: there is no way back.
  var hasHead = false
  /// Whether a transfer was begun.
  package internal(set) var wasSent = false

  init(_ client: UpstreamClient, _ request: UpstreamStreamRequest, delegate: any UpstreamStreamDelegate) {
    self.client = client
    self.request = request
    self.delegate = delegate
    backend = client.backends.all[request.backend]
    headDeadline = Instant.now().advanced(by: request.headTimeout)
    let isRepeatable = backend.isRepeatable(request.method, allowed: request.isRepeatable)
    attempts = Attempts(isRepeatable: isRepeatable && !request.hasBody)
  }

  /// After `received` returned `false`.
  package func resumeReceiving() {
    if case .sending(let attempt) = phase { attempt.resumeReceiving() }
  }

  /// There is more of the body, or its end.
  package func resumeSending() {
    if case .sending(let attempt) = phase { attempt.resumeSending() }
  }

  /// Gives it up, in whatever phase it is. What it held is free when this returns; the delegate hears `streamEnded`
  /// with `.cancelled` in turn, and nothing else any more. Nothing happens after the end.
  package func cancel() {
    switch phase {
    case .waiting(let waiter): waiter.cancel()
    case .sending(let attempt):
      attempt.abandon()
      endSoon(.cancelled)
    case .pausing(let pause):
      pause.cancel(on: client.loop.reactor)
      endSoon(.cancelled)
    case .idle, .ending, .ended: break
    }
  }
}
