import Composing
import Locking
import Messages
import Timing

/// A caller with a manual clock whose replies a test writes down by target. *Guarded by* its mutex.
final class ScriptedCaller: Caller {
  struct Script: Sendable {
    var reply: CallReply
    /// Arrives when the clock gets there; past the deadline the call times out there instead.
    var after: Int = 0
  }

  private struct Sleeper {
    let id: Int
    let wake: Instant
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var now = Instant(nanoseconds: 1_000_000_000)
    var scripts: [String: Script] = [:]
    var sent: [CallRequest] = []
    var cancelled: [String] = []
    var sleepers: [Sleeper] = []
    var gone: Set<Int> = []
    var nextID = 0
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
    let reply = CallReply(.response(status: status, headers: headers, body: Array(body.utf8)))
    state.withLock { $0.scripts[target] = Script(reply: reply, after: milliseconds) }
  }

  func fail(_ target: String, _ failure: CallReply.Failure, wasSent: Bool = true, after milliseconds: Int = 0) {
    let reply = CallReply(.failure(failure), wasSent: wasSent)
    state.withLock { $0.scripts[target] = Script(reply: reply, after: milliseconds) }
  }

  func now() -> Instant { state.withLock { $0.now } }

  func send(_ request: CallRequest, deadline: Instant) async -> CallReply {
    let (script, start) = state.withLock { state in
      state.sent.append(request)
      state.inFlight += 1
      state.mostInFlight = max(state.mostInFlight, state.inFlight)
      return (state.scripts[request.target], state.now)
    }
    defer { state.withLock { $0.inFlight -= 1 } }
    guard let script else { return CallReply(.failure(.connect("no script for \(request.target)")), wasSent: true) }
    let arrival = start.advanced(by: .milliseconds(script.after))
    if script.after > 0 {
      await sleep(until: min(arrival, deadline))
      if Task.isCancelled {
        state.withLock { $0.cancelled.append(request.target) }
        return CallReply(.failure(.cancelled))
      }
    }
    return arrival > deadline ? CallReply(.failure(.timeout)) : script.reply
  }

  func sleep(until instant: Instant) async {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isDue = state.withLock { state in
          if state.now >= instant || state.gone.contains(id) { return true }
          state.sleepers.append(Sleeper(id: id, wake: instant, continuation: continuation))
          return false
        }
        if isDue { continuation.resume() }
      }
    } onCancel: {
      let sleeper = state.withLock { state -> Sleeper? in
        state.gone.insert(id)
        guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else { return nil }
        return state.sleepers.remove(at: index)
      }
      sleeper?.continuation.resume()
    }
  }

  /// Moves the clock to the next sleeper and wakes it. False where nobody sleeps.
  func advance() -> Bool {
    let sleeper = state.withLock { state -> Sleeper? in
      guard let index = state.sleepers.indices.min(by: { state.sleepers[$0].wake < state.sleepers[$1].wake })
      else { return nil }
      let sleeper = state.sleepers.remove(at: index)
      state.now = max(state.now, sleeper.wake)
      return sleeper
    }
    sleeper?.continuation.resume()
    return sleeper != nil
  }
}
