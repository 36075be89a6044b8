import Composing
import Messages
import Reactor
import Timing
import Transfers
import Upstream

/// A composition's way to its backends: one transfer loop's upstream client. *Confined to* that loop's thread, which
/// compositions run on.
struct DirectCaller: Caller {
  let client: UpstreamClient

  init(_ client: UpstreamClient) {
    self.client = client
  }

  var loop: TransferLoop { client.loop }

  func now() -> Instant { Instant.now() }

  func schedule(at instant: Instant, _ body: @escaping () -> Void) -> any Cancellable {
    ScheduledWork(at: instant, on: loop.reactor, body)
  }

  func execute(_ body: @escaping @Sendable () -> Void) {
    loop.reactor.execute(body)
  }

  func begin(_ request: CallRequest, deadline: Instant, completion: @escaping (CallResponse) -> Void) -> any BegunCall {
    let call = UpstreamCall(client, request, deadline: deadline, completion: completion)
    call.start()
    return call
  }
}

extension UpstreamCall: BegunCall {}

/// *Confined to its reactor's thread.* A closure at a time, or at the reactor's stop before that; it can be given up.
final class ScheduledWork: Cancellable, TimerTarget {
  private let reactor: Reactor
  private var body: (() -> Void)?
  private var timer: TimerToken?

  init(at instant: Instant, on reactor: Reactor, _ body: @escaping () -> Void) {
    self.reactor = reactor
    self.body = body
    timer = reactor.schedule(at: instant, self)
  }

  func timerFired() { body.take()?() }

  func timerDropped() { body.take()?() }

  func cancel() {
    body = nil
    if let timer { reactor.cancel(timer) }
  }
}
