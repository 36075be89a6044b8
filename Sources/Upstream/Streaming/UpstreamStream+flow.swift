import Messages
import Timing
import Transfers

/// The course of a stream: gate, address, transfer, perhaps again, end.
extension UpstreamStream: Retrying {
  /// For `openStream`, and again for every retry.
  func start() {
    let now = Instant.now()
    guard let gate = backend.gate else { return send(Lease(gate: nil), at: now) }
    switch gate.enter(at: now) {
    case .admitted(let ticket): send(Lease(gate: gate, ticket: ticket), at: now)
    case .refused(let retryAfter): fail(.circuitOpen(for: retryAfter))
    case .busy:
      let waiter = SlotWaiter(gate: gate, reactor: client.loop.reactor)
      phase = .waiting(waiter)
      waiter.wait(until: headDeadline, at: now) { [self] in waited($0, gate) }
    }
  }

  private func waited(_ outcome: SlotWaiter.Outcome, _ gate: SharedGate) {
    switch outcome {
    case .admitted(let ticket): send(Lease(gate: gate, ticket: ticket), at: .now())
    case .refused(let retryAfter): fail(.circuitOpen(for: retryAfter))
    case .noSlot: fail(.queue)
    case .cancelled: endSoon(.cancelled)
    }
  }

  private func send(_ lease: consuming Lease, at now: Instant) {
    let address = client.local[request.backend].pick(
      backend, key: request.balanceKey, tried: &tried, random: &client.random)
    if backend.countsLoad { lease.occupy(address) }
    if !wasSent { client.local[request.backend].budget?.earn() }
    wasSent = true
    let attempt = StreamAttempt(stream: self, lease: lease)
    phase = .sending(attempt)
    attempt.begin(transfer(to: address, at: now), on: client.loop)
  }

  private func transfer(to address: BackendAddress, at now: Instant) -> StreamRequest {
    var transfer = StreamRequest(
      origin: address.origin, method: request.method, target: address.target(request.target))
    transfer.headers = request.headers
    transfer.commonHeaders = request.commonHeaders
    transfer.bodyLength = request.bodyLength
    transfer.headTimeout = headTimeout(at: now)
    transfer.idleTimeout = request.idleTimeout
    return transfer
  }

  /// One attempt's `timeout` is for requests without a body: how long an upload takes is up to the client.
  private func headTimeout(at now: Instant) -> Duration {
    if request.hasBody { return request.headTimeout }
    let left = now.duration(to: headDeadline)
    return backend.attemptTimeout.map { min($0, left) } ?? left
  }

  func receivedHead(_ status: Int, _ headers: HeaderBlock) {
    if case .sending(let attempt) = phase, let start = nextStart(after: .status(status)) {
      lastFailure = nil
      attempt.abandon()
      return pause(until: start)
    }
    hasHead = true
    delegate?.stream(self, receivedHead: status, headers: headers)
  }

  func received(_ bytes: UnsafeRawBufferPointer) -> Bool {
    delegate?.stream(self, received: bytes) ?? true
  }

  func pullBody(into buffer: UnsafeMutableRawBufferPointer) -> BodyPull {
    delegate?.stream(self, wantsBodyInto: buffer) ?? .abort
  }

  func receivedTrailers(_ trailers: HeaderBlock) {
    delegate?.stream(self, receivedTrailers: trailers)
  }

  func attemptEnded(_ result: Result<Void, CallFailure>) {
    if !hasHead, case .failure(let failure) = result, let start = nextStart(after: AttemptOutcome(failure)) {
      lastFailure = failure
      return pause(until: start)
    }
    end(result)
  }

  private func nextStart(after outcome: AttemptOutcome) -> Instant? {
    guard let policy = backend.retry else { return nil }
    return client.local[request.backend].retry(
      &attempts, after: outcome, policy: policy, deadline: headDeadline, random: &client.random)
  }

  private func pause(until start: Instant) {
    let pause = RetryPause(self)
    phase = .pausing(pause)
    pause.begin(until: start, on: client.loop.reactor)
  }

  /// Nothing could be sent. What the attempt before it met tells more, if there was one.
  private func fail(_ failure: CallFailure) {
    endSoon(lastFailure ?? failure)
  }

  /// Not at once: the caller may be the delegate, or be about to get the stream.
  func endSoon(_ failure: CallFailure) {
    phase = .ending(failure)
    client.loop.reactor.execute { [self] in end(.failure(failure)) }
  }

  private func end(_ result: Result<Void, CallFailure>) {
    phase = .ended
    let listener = delegate
    delegate = nil
    listener?.streamEnded(self, result)
  }
}
