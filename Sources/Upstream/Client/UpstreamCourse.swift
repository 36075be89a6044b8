import Messages
import Timing

/// *Confined to its loop's thread.* The course of a request to an address of its backend, perhaps of several attempts.
/// Calls and streams go the same course; what is sent, and what comes of it, is theirs.
///
///     proceed ─> token ─> slot ─> address ─> send ─> repeats? ─┬─> pause ─> proceed
///                                                              └─> the end
protocol UpstreamCourse: AnyObject {
  var course: CourseState { get set }

  /// Begins an attempt, which holds `lease` until it ends; then asks `repeats`.
  func send(_ lease: consuming Lease, to address: BackendAddress, at now: Instant)
  /// Gives the attempt up that there is.
  func abandonAttempt()
  /// Ends it: there is no attempt, and won't be.
  func couldNotSend(_ failure: CallFailure)
  /// Ends it: it was given up where no attempt was under way.
  func wasCancelled()
}

extension UpstreamCourse {
  /// Goes on, at the beginning and again for every retry, outside of libcurl.
  func proceed() {
    if case .ended = course.stage { return }
    let now = Instant.now()
    course.log.queue(at: now)
    guard now < course.deadline else { return couldNotSend(.timeout) }
    if let tokens = course.backend.tokens {
      guard let token = tokens.token(after: course.refusedToken) else { return wait(forTokenOf: tokens) }
      course.token = token
    }
    enter(at: now)
  }

  private func wait(forTokenOf tokens: AccessTokenSource) {
    let waiter = AccessTokenWaiter(tokens, on: course.client.loop.reactor)
    course.stage = .awaiting(waiter)
    waiter.wait(until: course.deadline, after: course.refusedToken) { [self] outcome in
      switch outcome {
      case .token(let token):
        course.token = token
        enter(at: .now())
      case .unavailable: couldNotSend(.connect("there is no token of `oauth2`"))
      case .tooMany: couldNotSend(.queue)
      case .late: couldNotSend(.timeout)
      case .cancelled: wasCancelled()
      }
    }
  }

  private func enter(at now: Instant) {
    guard let gate = course.backend.gate else { return go(Lease(gate: nil), at: now) }
    switch gate.enter(at: now) {
    case .admitted:
      course.local.figures.queue.add(0)
      go(Lease(gate: gate), at: now)
    case .refused(let retryAfter): couldNotSend(.circuitOpen(for: retryAfter))
    case .busy:
      let waiter = SlotWaiter(gate: gate, reactor: course.client.loop.reactor)
      course.stage = .waiting(waiter)
      waiter.wait(until: course.deadline, at: now) { [self] in waited($0, gate, since: now) }
    }
  }

  private func waited(_ outcome: SlotWaiter.Outcome, _ gate: SharedGate, since begun: Instant) {
    let now = Instant.now()
    course.local.figures.queue.add(begun.duration(to: now).nanoseconds)
    switch outcome {
    case .admitted: go(Lease(gate: gate), at: now)
    case .refused(let retryAfter): couldNotSend(.circuitOpen(for: retryAfter))
    case .noSlot: couldNotSend(.queue)
    case .cancelled: wasCancelled()
    }
  }

  private func go(_ lease: consuming Lease, at now: Instant) {
    let (client, backend, local) = (course.client, course.backend, course.local)
    let pick = local.pick(
      backend, key: course.balanceKey, tried: &course.tried, random: &client.random, at: now)
    switch pick {
    case .refused(let retryAfter):
      lease.end(.none)
      couldNotSend(.circuitOpen(for: retryAfter))
    case .address(let address, let ticket):
      lease.count(in: local.figures)
      lease.occupy(address, ticket)
      if course.attempts.made == 0, course.refusedToken == nil { local.budget?.earn() }
      course.stage = .sending
      if course.trace != nil { course.span = client.random.next() | 1 }
      course.log.begin(address, span: course.span, at: now)
      send(lease, to: address, at: now)
    }
  }

  /// Tells whether there is another attempt, which then begins by itself; `false`: `end` is the last word.
  func repeats(after end: AttemptEnd) -> Bool {
    let client = course.client
    let start = course.local.retry(
      &course.attempts, after: end, of: course.backend, deadline: course.deadline, random: &client.random)
    guard let start else { return false }
    pause(until: start)
    return true
  }

  /// Tells whether the request begins again, by itself, with another token, as the backend refused the one that it had.
  /// Once: nothing was done, so that writes do as well, and it is no attempt of `retry`.
  func beginsAgain(after status: Int) -> Bool {
    guard status == 401, course.refusedToken == nil, let token = course.token,
      course.backend.tokens?.refuse(token) == true
    else { return false }
    course.refusedToken = token
    pause(until: .now())
    return true
  }

  private func pause(until start: Instant) {
    let pause = RetryPause(self)
    course.stage = .pausing(pause)
    pause.begin(until: start, on: course.client.loop.reactor)
  }

  /// Notes that it was given up, where it waited for something.
  func noteCancelled() {
    switch course.stage {
    case .awaiting, .waiting: course.log.giveUp(CallFailure.cancelled.outcome, at: .now())
    case .idle, .sending, .pausing, .ended: break
    }
  }

  /// Gives it up, outside of libcurl and wherever it stands; nothing happens after the end.
  func giveUp() {
    switch course.stage {
    case .idle: wasCancelled()
    case .awaiting(let waiter): waiter.cancel()
    case .waiting(let waiter): waiter.cancel()
    case .sending: abandonAttempt()
    case .pausing(let pause):
      pause.cancel(on: course.client.loop.reactor)
      wasCancelled()
    case .ended: break
    }
  }
}
