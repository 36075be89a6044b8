import Messages
import Resilience
import Timing
import Transfers

/// *Confined to its loop's thread.* One call with its retries, answered as a whole.
package final class UpstreamCall: UpstreamCourse, @unchecked Sendable {  // guarded by the reactor's thread
  var course: CourseState
  private let request: CallRequest
  private var completion: ((CallResponse) -> Void)?
  private var transfer: BufferedTransfer?
  private var lease: Lease?
  /// Of the address of the attempt under way.
  private var condition: AddressCondition?
  /// The response of the attempt before this one.
  private var last: CallResponse?
  /// See `CallResponse`; of the attempts before this one.
  private var leftDoubt = false
  /// Of the attempts before this one.
  private var wasBegun = false
  /// The attempt under way is the last.
  private var beginsNoMore = false

  /// `completion` is called once, on the loop's thread, perhaps before `start` returns.
  package init(
    _ client: UpstreamClient, _ request: CallRequest, deadline: Instant, completion: @escaping (CallResponse) -> Void
  ) {
    self.request = request
    self.completion = completion
    course = CourseState(
      client, backend: request.backend, method: request.method, isRepeatable: request.isRepeatable,
      balanceKey: request.balanceKey, deadline: deadline)
    course.trace = request.trace
  }

  /// Begins it, once, on the loop's thread and outside of libcurl.
  package func start() { proceed() }

  /// Gives it up, on the loop's thread and outside of libcurl, wherever it stands: it ends as cancelled, at once.
  /// Nothing happens after the end.
  package func cancel() { giveUp() }

  /// Begins no further attempt, on the loop's thread and outside of libcurl. What waits for one, in a pause or a queue or
  /// for a connection, ends at once: as the attempt before it did, or as cancelled where there was none. One that was
  /// sent runs to its end.
  package func beginNoMore() {
    beginsNoMore = true
    if case .sending = course.stage, transfer?.wasBegun == true { return }
    giveUp()
  }

  /// Whether a byte of it may have left, of any attempt.
  package var mayHaveArrived: Bool { wasBegun || transfer?.wasBegun ?? false }

  /// Whether it may have been done, or may yet be by what was sent: an attempt is under way, or one before left doubt.
  package var isInDoubt: Bool { leftDoubt || transfer?.wasBegun ?? false }

  /// The attempts so far. One that is under way counts as ended, as `outcome` and at `now`.
  package func attempts(endedAs outcome: String, at now: Instant) -> AttemptTraces {
    var all = course.log.ended
    switch course.stage {
    case .awaiting, .waiting: all.add(course.log.waiting(outcome, at: now), isCounted: false)
    case .sending:
      guard let transfer else { break }
      let attempt = course.log.underWay(outcome, status: transfer.answeredStatus, transfer.times, at: now)
      if let attempt { all.add(attempt) }
    case .idle, .pausing, .ended: break
    }
    return all
  }

  func send(_ lease: consuming Lease, to address: BackendAddress, at now: Instant) {
    self.lease = consume lease
    condition = address.condition
    let transfer = BufferedTransfer(
      loop: course.client.loop, request: transferRequest(to: address, at: now)
    ) { [self] in attemptEnded($0) }
    self.transfer = transfer
    transfer.begin()
  }

  private func transferRequest(to address: BackendAddress, at now: Instant) -> TransferRequest {
    let backend = course.backend
    var transfer = TransferRequest(
      origin: address.origin, method: request.method, target: address.target(request.target))
    transfer.headers = request.headers
    course.token?.add(to: &transfer.headers)
    course.addTrace(to: &transfer.headers)
    transfer.commonHeaders = request.commonHeaders
    if request.asksForJSON { transfer.staticHeaders = backend.headers }
    transfer.body = request.body
    transfer.deadline =
      backend.attemptTimeout.map { min(course.deadline, now.advanced(by: $0)) } ?? course.deadline
    transfer.maxResponseBytes = backend.maxResponse
    transfer.acceptsCompression = true
    transfer.keepsHeaders = request.keepsHeaders
    transfer.onlyReads = request.onlyReads
    return transfer
  }

  private func attemptEnded(_ result: Result<TransferResponse, TransferFailure>) {
    let wasSent = transfer?.wasBegun ?? false
    let status = transfer?.answeredStatus
    note(result, status: status, transfer?.times ?? TransferTimes())
    wasBegun = wasBegun || wasSent
    transfer = nil
    condition?.note(result)
    lease.take()?.end(Breaker.Verdict(result, failing: course.backend.failing))
    var ended: CallResponse
    let end: AttemptEnd
    switch result {
    case .success(let response):
      ended = CallResponse(
        .response(status: response.status, headers: Array(response.headers), body: response.body))
      if let recorder = course.client.recorder {
        recorder.record(
          RecordedResponse(
            course.backend.name, request.method, request.target, status: response.status,
            headers: Array(response.headers).filter { !$0.isNamed("content-encoding") }, body: response.body))
      }
      ended.bodyFault = response.bodyFault
      end = AttemptEnd(status: response.status) { response.headers[$0] }
    case .failure(let failure):
      let failure = CallFailure(failure)
      if let status, isTold(by: status) {
        ended = CallResponse(.response(status: status, headers: [], body: []))
        ended.bodyFault = failure.detail ?? failure.outcome
        end = AttemptEnd(status: status) { _ in nil }
        break
      }
      ended = CallResponse(.failure(failure))
      ended.mayHaveArrived = wasSent
      end = AttemptEnd(AttemptOutcome(failure), wasSent: wasSent)
    }
    ended.leftDoubt = leftDoubt
    if beginsNoMore, !wasSent, let last {
      self.end(last)
    } else if case .response(let status, _, _) = ended.result, !beginsNoMore, beginsAgain(after: status) {
      ended.note = refusal(ended.result)
      last = ended
    } else if !request.isMadeOnce, !beginsNoMore, repeats(after: end) {
      leftDoubt = leftDoubt || end.leavesDoubt
      last = ended
    } else {
      ended.note = course.attempts.denial?.text ?? refusal(ended.result)
      self.end(ended)
    }
  }

  private func note(_ result: Result<TransferResponse, TransferFailure>, status: Int?, _ times: TransferTimes) {
    let now = Instant.now()
    switch result {
    case .success(let response):
      course.log.end(AttemptTrace.answered, status: response.status, times, at: now)
    case .failure(let failure):
      course.log.end(CallFailure(failure).outcome, status: status, times, at: now)
    }
  }

  private func refusal(_ result: CallResponse.Result) -> String? {
    guard course.token != nil, case .response(401, _, _) = result else { return nil }
    return CourseState.refusal
  }

  /// Whether a status says what was done, though the body behind it is missing or broken: that of an undoing, and of a
  /// write one that says that nothing was.
  private func isTold(by status: Int) -> Bool {
    if request.isMadeOnce { return true }
    return !request.onlyReads && !SafeMethod.contains(request.method) && StatusEffect(status) == .none
  }

  func abandonAttempt() { transfer?.cancel() }

  /// Ends the call; the response of an attempt before stays in place, since it tells more.
  func couldNotSend(_ failure: CallFailure) {
    course.log.giveUp(failure.outcome, at: .now())
    end(last ?? CallResponse(.failure(failure), wasSent: false))
  }

  func wasCancelled() {
    noteCancelled()
    if beginsNoMore, let last { return end(last) }
    let wasSent = course.attempts.made > 0 || course.refusedToken != nil
    var ended = CallResponse(.failure(.cancelled), wasSent: wasSent)
    (ended.mayHaveArrived, ended.leftDoubt) = (false, leftDoubt)
    end(ended)
  }

  private func end(_ ended: CallResponse) {
    course.stage = .ended
    var ended = ended
    ended.attempts = course.log.ended
    let completion = self.completion
    self.completion = nil
    completion?(ended)
  }
}
