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
  }

  /// A request that was begun.
  struct Sent: Sendable {
    let request: CallRequest
    let at: Instant
  }

  /// Something that happens when the clock gets there. *Confined to* the thread that composes.
  private final class Appointment: BegunCall, @unchecked Sendable {
    let time: Instant
    /// Of a call.
    var isSent: () -> Bool = { true }
    /// `nil` once it happened or was given up.
    var body: (() -> Void)?
    var onCancel: (() -> Void)?

    init(_ time: Instant, _ body: @escaping () -> Void, onCancel: (() -> Void)? = nil) {
      self.time = time
      self.body = body
      self.onCancel = onCancel
    }

    var mayHaveArrived: Bool { isSent() }

    func cancel() {
      guard body != nil else { return }
      body = nil
      onCancel?()
    }
  }

  private struct State {
    var now = Instant(nanoseconds: 1_000_000_000)
    /// What the requests of a target get, one after the other; the last one for all that follow.
    var scripts: [String: [Script]] = [:]
    var sent: [Sent] = []
    var cancelled: [String] = []
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
    let end = { [self] (response: CallResponse) in
      state.withLock { $0.inFlight -= 1 }
      completion(response)
    }
    guard let script else {
      end(CallResponse(.failure(.connect("no script for \(request.target)"))))
      return Appointment(start, {})
    }
    let arrival = start.advanced(by: script.after)
    let sentAt = script.response.wasSent ? script.sentAfter.map { start.advanced(by: $0) } : nil
    let isSent = { [self] in sentAt.map { $0 <= now() } ?? false }
    let appointment = Appointment(min(arrival, deadline)) {
      end(arrival > deadline ? CallResponse(.failure(.timeout), wasSent: isSent()) : script.response)
    } onCancel: { [self] in
      state.withLock { $0.cancelled.append(request.target) }
      end(CallResponse(.failure(.cancelled), wasSent: isSent()))
    }
    appointment.isSent = isSent
    state.withLock { $0.appointments.append(appointment) }
    return appointment
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
