import Messages
import Timing
import Transfers

/// *Confined to its loop's thread.* One call with its retries: gate, address, transfer, perhaps again, end.
package final class UpstreamCall: Retrying, @unchecked Sendable {  // guarded by the reactor's thread
  private enum Phase {
    case idle
    case waiting(SlotWaiter)
    case sending(BufferedTransfer)
    case pausing(RetryPause)
    case ended
  }

  private let client: UpstreamClient
  private let request: CallRequest
  /// Of all attempts, and of waiting for them.
  private let deadline: Instant
  private let backend: Backend
  private var completion: ((CallReply) -> Void)?
  private var phase = Phase.idle
  private var attempts: Attempts
  private var tried = TriedAddresses()
  private var lease: Lease?
  /// Of the attempt before this one.
  private var last: CallReply?

  /// `completion` is called once, on the loop's thread, perhaps before `start` returns.
  package init(
    _ client: UpstreamClient, _ request: CallRequest, deadline: Instant, completion: @escaping (CallReply) -> Void
  ) {
    self.client = client
    self.request = request
    self.deadline = deadline
    self.completion = completion
    backend = client.backends.all[request.backend]
    attempts = Attempts(isRepeatable: backend.isRepeatable(request.method, allowed: request.isRepeatable))
  }

  /// Once, on the loop's thread and outside of libcurl.
  package func start() {
    if case .ended = phase { return }
    let now = Instant.now()
    guard now < deadline else { return endUnsent(.timeout) }
    guard let gate = backend.gate else { return send(Lease(gate: nil), at: now) }
    switch gate.enter(at: now) {
    case .admitted(let ticket): send(Lease(gate: gate, ticket: ticket), at: now)
    case .refused(let retryAfter): endUnsent(.circuitOpen(for: retryAfter))
    case .busy:
      let waiter = SlotWaiter(gate: gate, reactor: client.loop.reactor)
      phase = .waiting(waiter)
      waiter.wait(until: deadline, at: now) { [self] in waited($0, gate) }
    }
  }

  /// On the loop's thread, outside of libcurl. Gives it up, wherever it stands: it ends as cancelled, at once. Nothing
  /// happens after the end.
  package func cancel() {
    switch phase {
    case .idle: endUnsent(.cancelled)
    case .waiting(let waiter): waiter.cancel()
    case .sending(let transfer): transfer.cancel()
    case .pausing(let pause):
      pause.cancel(on: client.loop.reactor)
      end(CallReply(.failure(.cancelled)))
    case .ended: break
    }
  }

  private func waited(_ outcome: SlotWaiter.Outcome, _ gate: SharedGate) {
    switch outcome {
    case .admitted(let ticket): send(Lease(gate: gate, ticket: ticket), at: .now())
    case .refused(let retryAfter): endUnsent(.circuitOpen(for: retryAfter))
    case .noSlot: endUnsent(.queue)
    case .cancelled: end(CallReply(.failure(.cancelled), wasSent: last != nil))
    }
  }

  private func send(_ lease: consuming Lease, at now: Instant) {
    let address = client.local[request.backend].pick(
      backend, key: request.balanceKey, tried: &tried, random: &client.random)
    if backend.countsLoad { lease.occupy(address) }
    self.lease = consume lease
    let transfer = BufferedTransfer(loop: client.loop, request: transferRequest(to: address, at: now)) { [self] in
      attemptEnded($0)
    }
    phase = .sending(transfer)
    transfer.begin()
  }

  private func transferRequest(to address: BackendAddress, at now: Instant) -> TransferRequest {
    var transfer = TransferRequest(
      origin: address.origin, method: request.method, target: address.target(request.target))
    transfer.headers = request.headers
    transfer.commonHeaders = request.commonHeaders
    if !request.headers.contains(where: { $0.isNamed("accept") }) { transfer.staticHeaders = backend.headers }
    transfer.body = request.body
    transfer.deadline =
      backend.attemptTimeout.map { min(deadline, now.advanced(by: $0)) } ?? deadline
    transfer.maxResponseBytes = backend.maxResponse
    transfer.acceptsCompression = true
    transfer.keepsHeaders = request.keepsHeaders
    return transfer
  }

  private func attemptEnded(_ result: Result<TransferResponse, TransferFailure>) {
    lease.take()?.end(Verdict(result))
    let reply = CallReply(ended(result))
    guard let policy = backend.retry else { return end(reply) }
    let index = request.backend
    if last == nil { client.local[index].budget?.earn() }
    let start = client.local[index].retry(
      &attempts, after: AttemptOutcome(reply.result), policy: policy, deadline: deadline,
      random: &client.random)
    guard let start else { return end(reply) }
    last = reply
    let pause = RetryPause(self)
    phase = .pausing(pause)
    pause.begin(until: start, on: client.loop.reactor)
  }

  private func ended(_ result: Result<TransferResponse, TransferFailure>) -> CallReply.Result {
    switch result {
    case .success(let response):
      .response(status: response.status, headers: Array(response.headers), body: response.body)
    case .failure(let failure): .failure(CallFailure(failure))
    }
  }

  /// An attempt that could not be sent leaves the answer before it in place: that tells more.
  private func endUnsent(_ failure: CallFailure) {
    end(last ?? CallReply(.failure(failure), wasSent: false))
  }

  private func end(_ reply: CallReply) {
    phase = .ended
    let completion = self.completion
    self.completion = nil
    completion?(reply)
  }
}
