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

  func begin(_ request: CallRequest, deadline: Instant, completion: @escaping (CallResponse) -> Void) -> any Cancellable
  {
    let call = UpstreamCall(client, request, deadline: deadline, completion: completion)
    call.start()
    return call
  }
}

extension UpstreamCall: Cancellable {}

/// *Confined to its reactor's thread.* A closure at a time, which can be given up.
final class ScheduledWork: Cancellable {
  private let reactor: Reactor
  private let timer: TimerToken

  init(at instant: Instant, on reactor: Reactor, _ body: @escaping () -> Void) {
    self.reactor = reactor
    timer = reactor.schedule(at: instant, body)
  }

  func cancel() {
    reactor.cancel(timer)
  }
}
