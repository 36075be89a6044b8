import Messages
import Timing
import Transfers

/// The steps of a stream on its course, and of what its attempts hear.
extension UpstreamStream {
  func send(_ lease: consuming Lease, to address: BackendAddress, at now: Instant) {
    wasSent = true
    status = nil
    body.rewind()
    let attempt = StreamAttempt(stream: self, lease: lease, condition: address.condition)
    self.attempt = attempt
    attempt.begin(transfer(to: address, at: now), on: course.client.loop)
  }

  private func transfer(to address: BackendAddress, at now: Instant) -> StreamRequest {
    var transfer = StreamRequest(
      origin: address.origin, method: request.method, target: address.target(request.target))
    transfer.headers = request.headers
    course.token?.add(to: &transfer.headers)
    course.addTrace(to: &transfer.headers)
    transfer.commonHeaders = request.commonHeaders
    transfer.bodyLength = request.bodyLength
    transfer.headTimeout = headTimeout(at: now)
    transfer.idleTimeout = request.idleTimeout
    return transfer
  }

  /// One attempt's `timeout` is for requests without a body: how long an upload takes is up to the client.
  private func headTimeout(at now: Instant) -> Duration {
    if request.hasBody { return request.headTimeout }
    let left = now.duration(to: course.deadline)
    return course.backend.attemptTimeout.map { min($0, left) } ?? left
  }

  func receivedHead(_ status: Int, _ headers: HeaderBlock) {
    self.status = status
    if status == 401, course.token != nil { return tokenWasRefused() }
    if let attempt, repeats(after: AttemptEnd(status: status) { headers[$0] }) {
      noteEnd(AttemptTrace.answered, attempt.times)
      lastFailure = nil
      self.attempt = nil
      return attempt.abandon()
    }
    hasHead = true
    if course.client.recorder != nil {
      recording = RecordedResponse(
        course.backend.name, request.method, request.target, status: status, headers: Array(headers))
    }
    delegate?.stream(self, receivedHead: status, headers: headers)
  }

  /// The 401 is no answer to the client, who would take it for one to what it sent itself.
  private func tokenWasRefused() {
    lastFailure = .invalid(CourseState.refusal)
    let attempt = attempt
    self.attempt = nil
    noteEnd(AttemptTrace.answered, attempt?.times)
    if body.isLost || !beginsAgain(after: 401) { endSoon(.invalid(CourseState.refusal)) }
    attempt?.abandon()
  }

  func received(_ bytes: UnsafeRawBufferPointer) -> Bool {
    if let recording {
      let isTooLarge = recording.body.count + bytes.count > RecordedResponse.mostStreamed
      if isTooLarge { self.recording = nil } else { self.recording?.body.append(contentsOf: bytes) }
    }
    return delegate?.stream(self, received: bytes) ?? true
  }

  func pullBody(into buffer: UnsafeMutableRawBufferPointer) -> BodyPull {
    if let count = body.replay(into: buffer) { return .bytes(count) }
    let pull = delegate?.stream(self, wantsBodyInto: buffer) ?? .abort
    if case .bytes(let count) = pull, !hasHead {
      body.keep(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      if body.isLost { course.attempts.forbidRepeating() }
    }
    return pull
  }

  func receivedTrailers(_ trailers: HeaderBlock) {
    delegate?.stream(self, receivedTrailers: trailers)
  }

  private func noteEnd(_ outcome: String, _ times: TransferTimes?) {
    course.log.end(outcome, status: status, times ?? TransferTimes(), at: .now())
  }

  /// `wasSent`: a byte of the request may have reached the backend.
  func attemptEnded(_ result: Result<Void, CallFailure>, _ times: TransferTimes, wasSent: Bool) {
    attempt = nil
    switch result {
    case .success:
      noteEnd(AttemptTrace.answered, times)
      if let recording { course.client.recorder?.record(recording) }
    case .failure(let failure): noteEnd(failure.outcome, times)
    }
    if !hasHead, case .failure(let failure) = result,
      repeats(after: AttemptEnd(AttemptOutcome(failure), wasSent: wasSent))
    {
      lastFailure = failure
    } else {
      end(result)
    }
  }

  func abandonAttempt() {
    noteEnd(CallFailure.cancelled.outcome, attempt?.times)
    attempt?.abandon()
    attempt = nil
    endSoon(.cancelled)
  }

  /// Ends it with what the attempt before it met, if there was one: that tells more.
  func couldNotSend(_ failure: CallFailure) {
    course.log.giveUp(failure.outcome, at: .now())
    endSoon(lastFailure ?? failure)
  }

  func wasCancelled() {
    noteCancelled()
    endSoon(.cancelled)
  }

  /// Ends it soon, not at once: the caller may be the delegate, or be about to get the stream.
  private func endSoon(_ failure: CallFailure) {
    course.stage = .ended
    course.client.loop.reactor.execute { [self] in end(.failure(failure)) }
  }

  private func end(_ result: Result<Void, CallFailure>) {
    course.stage = .ended
    let listener = delegate
    delegate = nil
    listener?.streamEnded(self, result)
  }
}
