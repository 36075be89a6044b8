import Composing
import Locking
import Messages
import Timing

/// A caller with a manual clock whose responses a test writes down by target. *Guarded by* its mutex.
final class ScriptedCaller: Caller {
  struct Script: Sendable {
    var response: CallResponse
    /// Arrives when the clock gets there; past the deadline the call times out there instead.
    var after: Int = 0
  }

  /// Something that happens when the clock gets there. *Confined to* the thread that composes.
  private final class Appointment: Cancellable, @unchecked Sendable {
    let time: Instant
    /// `nil` once it happened or was given up.
    var body: (() -> Void)?
    var onCancel: (() -> Void)?

    init(_ time: Instant, _ body: @escaping () -> Void, onCancel: (() -> Void)? = nil) {
      self.time = time
      self.body = body
      self.onCancel = onCancel
    }

    func cancel() {
      guard body != nil else { return }
      body = nil
      onCancel?()
    }
  }

  private struct State {
    var now = Instant(nanoseconds: 1_000_000_000)
    var scripts: [String: Script] = [:]
    var sent: [CallRequest] = []
    var cancelled: [String] = []
    var appointments: [Appointment] = []
    var inFlight = 0
    var mostInFlight = 0
  }

  private let state = Locked(State())
  static let start = Instant(nanoseconds: 1_000_000_000)

  var sent: [CallRequest] { state.withLock { $0.sent } }
  var targets: [String] { sent.map { "\($0.method) \($0.target)" } }
  var cancelled: [String] { state.withLock { $0.cancelled } }
  var mostInFlight: Int { state.withLock { $0.mostInFlight } }

  func answer(
    _ target: String, _ body: String = "{}", status: Int = 200, headers: [HeaderField] = [], after milliseconds: Int = 0
  ) {
    let response = CallResponse(.response(status: status, headers: headers, body: Array(body.utf8)))
    state.withLock { $0.scripts[target] = Script(response: response, after: milliseconds) }
  }

  func fail(_ target: String, _ failure: CallFailure, wasSent: Bool = true, after milliseconds: Int = 0) {
    let response = CallResponse(.failure(failure), wasSent: wasSent)
    state.withLock { $0.scripts[target] = Script(response: response, after: milliseconds) }
  }

  func now() -> Instant { state.withLock { $0.now } }

  func begin(_ request: CallRequest, deadline: Instant, completion: @escaping (CallResponse) -> Void) -> any Cancellable
  {
    let (script, start) = state.withLock { state in
      state.sent.append(request)
      state.inFlight += 1
      state.mostInFlight = max(state.mostInFlight, state.inFlight)
      return (state.scripts[request.target], state.now)
    }
    let end = { [self] (response: CallResponse) in
      state.withLock { $0.inFlight -= 1 }
      completion(response)
    }
    guard let script else {
      end(CallResponse(.failure(.connect("no script for \(request.target)"))))
      return Appointment(start, {})
    }
    let arrival = start.advanced(by: .milliseconds(script.after))
    let response = arrival > deadline ? CallResponse(.failure(.timeout)) : script.response
    let appointment = Appointment(min(arrival, deadline), { end(response) }) { [self] in
      state.withLock { $0.cancelled.append(request.target) }
      end(CallResponse(.failure(.cancelled)))
    }
    state.withLock { $0.appointments.append(appointment) }
    return appointment
  }

  func schedule(at instant: Instant, _ body: @escaping () -> Void) -> any Cancellable {
    let appointment = Appointment(instant, body)
    state.withLock { $0.appointments.append(appointment) }
    return appointment
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
