import Composing
import Locking
import Messages
import Timing

/// A caller with a manual clock whose responses a test writes down by target. *Guarded by* its mutex.
final class ScriptedCaller: Caller {
  struct Script: Sendable {
    var response: CallResponse
    /// Arrives when the clock gets there; past the deadline the call times out there instead.
    var after = Duration.zero
    /// It waits for its turn until then; `nil`: it is never sent.
    var sentAfter: Duration? = .zero
    /// An attempt before that one, which the backend's `retry` repeats.
    var first: Attempt?
  }

  struct Attempt: Sendable {
    var response: CallResponse
    /// The time at which it ends, and the one at which it is repeated, from the start of the call; in between is a pause.
    var endsAfter: Duration
    var repeatedAfter: Duration

    var leavesDoubt: Bool {
      guard case .response(let status, _, _) = response.result else { return response.mayHaveArrived }
      return StatusEffect(status) != .none
    }
  }

  /// A request that was begun.
  struct Sent: Sendable {
    let request: CallRequest
    let at: Instant
  }

  /// Something that happens when the clock gets there. *Confined to* the thread that composes.
  private final class Appointment: Cancellable, @unchecked Sendable {
    let time: Instant
    /// `nil` once it happened or was given up.
    var body: (() -> Void)?

    init(_ time: Instant, _ body: @escaping () -> Void) {
      self.time = time
      self.body = body
    }

    func cancel() { body = nil }
  }

  private struct State {
    var now = Instant(nanoseconds: 1_000_000_000)
    /// What the requests of a target get, one after the other; the last one for all that follow.
    var scripts: [String: [Script]] = [:]
    var sent: [Sent] = []
    var cancelled: [String] = []
    var repeated: [Sent] = []
    var appointments: [Appointment] = []
    var inFlight = 0
    var mostInFlight = 0
  }

  private let state = Locked(State())
  static let start = Instant(nanoseconds: 1_000_000_000)

  var begun: [Sent] { state.withLock { $0.sent } }
  var sent: [CallRequest] { begun.map(\.request) }
  var targets: [String] { sent.map { "\($0.method) \($0.target)" } }
  var cancelled: [String] { state.withLock { $0.cancelled } }
  /// The attempts after the first of a call.
  var repeated: [Sent] { state.withLock { $0.repeated } }
  var mostInFlight: Int { state.withLock { $0.mostInFlight } }

  func answer(
    _ target: String, _ body: String = "{}", status: Int = 200, headers: [HeaderField] = [], after milliseconds: Int = 0
  ) {
    let response = CallResponse(.response(status: status, headers: headers, body: Array(body.utf8)))
    script(target, [Script(response: response, after: .milliseconds(milliseconds))])
  }

  func fail(_ target: String, _ failure: CallFailure, wasSent: Bool = true, after milliseconds: Int = 0) {
    let response = CallResponse(.failure(failure), wasSent: wasSent)
    script(target, [Script(response: response, after: .milliseconds(milliseconds))])
  }

  func script(_ target: String, _ scripts: [Script]) {
    state.withLock { $0.scripts[target] = scripts }
  }

  func now() -> Instant { state.withLock { $0.now } }

  func begin(_ request: CallRequest, deadline: Instant, completion: @escaping (CallResponse) -> Void) -> any BegunCall {
    let (script, start) = state.withLock { state in
      state.sent.append(Sent(request: request, at: state.now))
      state.inFlight += 1
      state.mostInFlight = max(state.mostInFlight, state.inFlight)
      let count = state.sent.count { $0.request.target == request.target }
      let scripts = state.scripts[request.target] ?? []
      return (scripts.isEmpty ? nil : scripts[min(count, scripts.count) - 1], state.now)
    }
    let call = ScriptedCall(
      self, request, script ?? Script(response: CallResponse(.failure(.connect("no script for \(request.target)")))),
      start: start, deadline: deadline
    ) { [self] response in
      state.withLock { $0.inFlight -= 1 }
      completion(response)
    }
    if script == nil { call.end() } else { call.start() }
    return call
  }

  func noteCancelled(_ request: CallRequest) { state.withLock { $0.cancelled.append(request.target) } }

  func noteRepeated(_ request: CallRequest) {
    state.withLock { $0.repeated.append(Sent(request: request, at: $0.now)) }
  }

  func schedule(at instant: Instant, _ body: @escaping () -> Void) -> any Cancellable {
    let appointment = Appointment(instant, body)
    state.withLock { $0.appointments.append(appointment) }
    return appointment
  }

  func schedule(after time: Duration, _ body: @escaping () -> Void) {
    _ = schedule(at: Self.start.advanced(by: time), body)
  }

  func execute(_ body: @escaping @Sendable () -> Void) { body() }

  /// Moves the clock to the next appointment and keeps it. False where there is none.
  func advance() -> Bool {
    let next = state.withLock { state -> Appointment? in
      state.appointments.removeAll { $0.body == nil }
      guard
        let index = state.appointments.indices.min(by: { state.appointments[$0].time < state.appointments[$1].time })
      else { return nil }
      let next = state.appointments.remove(at: index)
      state.now = max(state.now, next.time)
      return next
    }
    guard let next, let body = next.body else { return false }
    next.body = nil
    body()
    return true
  }
}

/// A call as its script says. *Confined to* the thread that composes.
private final class ScriptedCall: BegunCall, @unchecked Sendable {
  private let caller: ScriptedCaller
  private let request: CallRequest
  private let script: ScriptedCaller.Script
  private let begun: Instant
  private let deadline: Instant
  /// `nil` once it has ended.
  private var completion: ((CallResponse) -> Void)?
  private var next: (any Cancellable)?
  /// The first attempt has ended, and is not repeated yet.
  private var isPausing = false
  private var leftDoubt = false
  private var beginsNoMore = false

  init(
    _ caller: ScriptedCaller, _ request: CallRequest, _ script: ScriptedCaller.Script, start: Instant,
    deadline: Instant, completion: @escaping (CallResponse) -> Void
  ) {
    (self.caller, self.request, self.script) = (caller, request, script)
    begun = start
    self.deadline = deadline
    self.completion = completion
  }

  var mayHaveArrived: Bool {
    guard script.response.wasSent, let sentAfter = script.sentAfter else { return false }
    return begun.advanced(by: sentAfter) <= caller.now()
  }

  var isInDoubt: Bool { leftDoubt || !isPausing && mayHaveArrived }

  func start() {
    guard let first = script.first else { return awaitEnd() }
    let end = begun.advanced(by: first.endsAfter)
    next = caller.schedule(at: min(end, deadline)) { [self] in
      guard end <= deadline else { return complete(CallResponse(.failure(.timeout), wasSent: mayHaveArrived)) }
      leftDoubt = first.leavesDoubt
      let again = begun.advanced(by: first.repeatedAfter)
      guard !beginsNoMore, again < deadline else { return complete(first.response) }
      isPausing = true
      next = caller.schedule(at: again) { [self] in
        isPausing = false
        caller.noteRepeated(request)
        awaitEnd()
      }
    }
  }

  private func awaitEnd() {
    let end = begun.advanced(by: script.after)
    next = caller.schedule(at: min(end, deadline)) { [self] in
      if end > deadline { complete(CallResponse(.failure(.timeout), wasSent: mayHaveArrived)) } else { self.end() }
    }
  }

  func end() { complete(script.response) }

  private func complete(_ response: CallResponse) {
    next?.cancel()
    var response = response
    if !isPausing, script.first != nil { response.leftDoubt = response.leftDoubt || leftDoubt }
    let completion = self.completion
    self.completion = nil
    completion?(response)
  }

  func attempts(endedAs outcome: String, at now: Instant) -> AttemptTraces {
    var all = AttemptTraces()
    if mayHaveArrived { all.add(AttemptTrace("a", queued: begun, began: begun, ended: now, outcome: outcome)) }
    return all
  }

  func beginNoMore() {
    beginsNoMore = true
    guard completion != nil else { return }
    if isPausing, let first = script.first {
      complete(first.response)
    } else if !mayHaveArrived {
      cancel()
    }
  }

  func cancel() {
    guard completion != nil else { return }
    caller.noteCancelled(request)
    complete(CallResponse(.failure(.cancelled), wasSent: mayHaveArrived))
  }
}
