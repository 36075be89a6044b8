import Logging
import Messages
import NIOCore
import Plans
import Redis
import Timing

/// What becomes of a request with a key.
package enum ClaimResult {
  /// It is to be worked at.
  case begun(Claim)
  case kept(KeptAnswer)
  /// The one before it runs still.
  case running
  /// The key is another request's.
  case other
  /// So many run in this process that no further one may.
  case full
  case unavailable(RedisFailure)
}

/// *Confined to its event loop.* Says of requests with keys whether they are to be worked at, and keeps what came of them:
/// in Redis where there is one, else in the process.
package final class Claims {
  /// How long a request counts as running that nobody has spoken of: as long as a gateway that dies leaves its keys taken.
  package static let lease = TimeAmount.seconds(30)
  static let renewalPause = TimeAmount.seconds(10)
  /// Requests of one loop that wait for the end of others; further ones are told at once that it runs.
  static let mostWaiting = 256
  /// Between two looks at the key that a request waits for: from the first on, and at most.
  private static let firstLook = TimeAmount.milliseconds(20)
  private static let longestLook = TimeAmount.milliseconds(250)
  /// Before each further attempt to keep an answer: all within what is left of the lease.
  private static let keepPauses: [TimeAmount] = [.milliseconds(250), .seconds(1), .seconds(4), .seconds(8)]
  /// Answers of one loop that Redis has not taken and will be given again, of up to 1 MiB each.
  static let mostUnkept = 32

  let loop: any EventLoop
  private let local: LocalKeys
  private let redis: RedisKeys?
  private let figures: IdempotencyFigures
  private let logger: Logger
  private var waiting = 0
  private var unkept = 0

  /// - Parameter local: of the process, whatever the loop, as `figures` are.
  package init(
    loop: any EventLoop, local: LocalKeys, redis: RedisKeys? = nil, figures: IdempotencyFigures, logger: Logger
  ) {
    self.loop = loop
    self.local = local
    self.redis = redis
    self.figures = figures
    self.logger = logger
  }

  /// Claims the key of a request, or says what is known of it.
  /// - Parameter isAwaited: whether somebody still waits for the request's answer; else it claims nothing.
  /// - Returns: `nil` where it can't be told yet: `completion` then is called on the event loop, after this has returned, or
  ///   never where nobody waits any more.
  package func claim(
    _ request: KeyedRequest, _ plan: IdempotencyPlan, isAwaited: @escaping () -> Bool,
    _ completion: @escaping (ClaimResult) -> Void
  ) -> ClaimResult? {
    let question = ClaimQuestion(
      request, plan, until: plan.wait.map { loop.now + TimeAmount($0) }, isAwaited, completion)
    ask(question)
    return question.result.returned()
  }

  // MARK: Asking

  private func ask(_ question: ClaimQuestion) {
    let (request, plan, now) = (question.request, question.plan, loop.now)
    // What was begun here while Redis could not be asked, is known here.
    let isKnownHere = plan.onRedisFailure == .local && local.withTable { $0.knows(request.key, at: now) }
    guard let redis, !isKnownHere else { return askHere(question) }
    let token = Self.token()
    redis.claim(request, token: token, lease: Self.lease) { [self] result in
      switch result {
      case .success(let state): take(state, question, token, .redis)
      case .failure(let failure):
        figures.add(.withoutRedis)
        switch plan.onRedisFailure {
        case .local: askHere(question)
        case .deny: decide(question, .unavailable(failure))
        }
      }
    }
  }

  private func askHere(_ question: ClaimQuestion) {
    let (now, token, request) = (loop.now, Self.token(), question.request)
    let state = local.withTable { $0.claim(request, token: token, until: now + Self.lease, at: now) }
    take(state, question, token, .here)
  }

  private func take(_ state: KeyState, _ question: ClaimQuestion, _ token: String, _ place: Claim.Place) {
    switch state {
    case .begun:
      let claim = Claim(question.request, token: token, at: place, question.plan, of: self)
      if question.isAwaited() { decide(question, .begun(claim)) } else { giveUp(question, claim) }
    case .kept(let answer):
      figures.add(.replayed)
      decide(question, .kept(answer))
    case .other:
      figures.add(.conflicts)
      decide(question, .other)
    case .full: decide(question, .full)
    case .running where looksAgain(question): return
    case .running:
      figures.add(.turnedAway)
      decide(question, .running)
    }
  }

  /// Looks again in a while, where the request has time for that.
  private func looksAgain(_ question: ClaimQuestion) -> Bool {
    guard let rest = question.deadline.map({ $0 - loop.now }), rest > .zero,
      question.isWaiting || waiting < Self.mostWaiting
    else { return false }
    if !question.isWaiting { waiting += 1 }
    question.isWaiting = true
    let pause = min(question.pause ?? Self.firstLook, Self.longestLook)
    question.pause = pause * 2
    loop.assumeIsolated().scheduleTask(in: min(pause, rest)) { [self] in
      if question.isAwaited() { ask(question) } else { giveUp(question, nil) }
    }
    return true
  }

  private func decide(_ question: ClaimQuestion, _ result: ClaimResult) {
    endWait(of: question)
    question.result.tell(result)
  }

  /// Its client has left.
  private func giveUp(_ question: ClaimQuestion, _ claim: Claim?) {
    endWait(of: question)
    claim?.release()
  }

  private func endWait(of question: ClaimQuestion) {
    if question.isWaiting { waiting -= 1 }
    question.isWaiting = false
  }

  private static func token() -> String {
    let words = (UInt64.random(in: 0 ... .max), UInt64.random(in: 0 ... .max))
    return withUnsafeBytes(of: words) { Hexadecimal.text($0) }
  }

  // MARK: What came of it

  func renew(_ claim: Claim) {
    let (request, token, until) = (claim.request, claim.token, loop.now + Self.lease)
    switch claim.place {
    case .here: local.withTable { $0.renew(request, token: token, until: until) }
    case .redis: redis?.renew(request, token: token, lease: Self.lease)
    }
  }

  func release(_ claim: Claim) {
    let (request, token) = (claim.request, claim.token)
    switch claim.place {
    case .here: local.withTable { $0.release(request, token: token) }
    case .redis: redis?.release(request, token: token)
    }
  }

  func keep(_ answer: KeptAnswer, of claim: Claim) {
    switch claim.place {
    case .here: keepHere(answer, of: claim)
    case .redis:
      guard let stored = answer.stored else { return release(claim) }
      keep(stored, answer, of: claim, Self.keepPauses[...])
    }
  }

  private func keepHere(_ answer: KeptAnswer, of claim: Claim) {
    let (request, token) = (claim.request, claim.token)
    let until = loop.now + TimeAmount(claim.plan.ttl)
    local.withTable { $0.keep(answer, of: request, token: token, until: until) }
  }

  /// Gives an answer to Redis, and again after each of the pauses as long as it does not take it.
  private func keep(_ stored: ByteBuffer, _ answer: KeptAnswer, of claim: Claim, _ pauses: ArraySlice<TimeAmount>) {
    redis?.keep(stored, of: claim.request, token: claim.token, ttl: TimeAmount(claim.plan.ttl)) { [self] failure in
      guard let failure else { return }
      // Meanwhile this gateway knows it.
      if claim.plan.onRedisFailure == .local { keepHere(answer, of: claim) }
      guard let pause = pauses.first, unkept < Self.mostUnkept else {
        figures.add(.unkept)
        return logger.warning("an answer was not kept for its idempotency key", metadata: ["redis": "\(failure)"])
      }
      unkept += 1
      loop.assumeIsolated().scheduleTask(in: pause) { [self] in
        unkept -= 1
        keep(stored, answer, of: claim, pauses.dropFirst())
      }
    }
  }
}

extension TimeAmount {
  fileprivate init(_ duration: Duration) { self = .nanoseconds(duration.nanoseconds) }
}

/// *Confined to its event loop.* One request's question about its key.
private final class ClaimQuestion {
  let request: KeyedRequest
  let plan: IdempotencyPlan
  /// Until then it waits for the end of another request; `nil`: not at all.
  let deadline: NIODeadline?
  let isAwaited: () -> Bool
  /// It is among those that wait.
  var isWaiting = false
  /// Before its next look.
  var pause: TimeAmount?
  let result: PendingResult<ClaimResult>

  init(
    _ request: KeyedRequest, _ plan: IdempotencyPlan, until deadline: NIODeadline?, _ isAwaited: @escaping () -> Bool,
    _ completion: @escaping (ClaimResult) -> Void
  ) {
    self.request = request
    self.plan = plan
    self.deadline = deadline
    self.isAwaited = isAwaited
    result = PendingResult(completion)
  }
}
