import JSONText
import Locking
import NIOHTTP1

/// The fault that a service has now, and how many requests it has met. *Guarded by* its lock: set from any thread.
final class FaultSwitch: Sendable {
  /// What the fault does to one request.
  struct Verdict: Sendable {
    var replacement: ShopAnswer?
    /// Milliseconds on top of the endpoint's own.
    var delay = 0
    var effect = Fault.Effect.none
    var isWorkDone = true
    /// The delay is between the work and the answer.
    var isAfterWork = false
  }

  private struct State {
    var fault = Fault.none
    /// Grows by `rate` with each request; each whole unit is an affected request.
    var share = 0.0
    var affected = 0
    var requests = 0
  }

  private let state = Locked(State())

  func set(_ fault: Fault) {
    state.withLock {
      $0.fault = fault
      $0.share = 0
      $0.affected = 0
    }
  }

  /// Counts one request of a kind and says what happens to it.
  func next(_ kind: ShopEndpoint.Kind) -> Verdict {
    guard let fault = affectingFault(kind) else { return Verdict() }
    var verdict = Verdict(delay: fault.delay, isWorkDone: fault.isAfterWork, isAfterWork: fault.isAfterWork)
    switch fault.mode {
    case .ok, .slow: verdict.isWorkDone = true
    case .fail:
      let status = HTTPResponseStatus(statusCode: fault.status)
      verdict.replacement = .problem(status, "told to fail by POST /__fault")
    case .garbage: verdict.replacement = ShopAnswer(status: .ok, body: Array(#"{"answer": not json at all"#.utf8))
    case .hang: verdict.effect = .hang
    case .reset: verdict.effect = .reset
    }
    return verdict
  }

  private func affectingFault(_ kind: ShopEndpoint.Kind) -> Fault? {
    state.withLock { state in
      state.requests += 1
      guard state.fault.mode != .ok, state.fault.target.contains(kind) else { return nil }
      state.share += state.fault.rate
      // 0.1 ten times over is a little less than 1.
      guard state.share >= 1 - 1e-9 else { return nil }
      state.share -= 1
      state.affected += 1
      let fault = state.fault
      if state.affected == fault.times { state.fault = .none }
      return fault
    }
  }

  /// `GET` shows the fault and the counts, `POST` sets it, `DELETE` makes the service well.
  func answer(_ request: ShopRequest) -> ShopAnswer {
    switch request.method {
    case .GET, .HEAD: return .json(shown)
    case .DELETE:
      set(.none)
      return .json(shown)
    case .POST:
      do throws(FaultError) {
        set(try Fault(json: request.body))
      } catch {
        return .problem(.badRequest, error.message)
      }
      return .json(shown)
    default: return .methodNotAllowed(allow: [.GET, .HEAD, .POST, .DELETE])
    }
  }

  private var shown: JSONValue {
    let state = state.withLock { $0 }
    var members = JSONObject()
    members.append("mode", .string(state.fault.mode.rawValue))
    if state.fault.mode != .ok {
      if state.fault.mode != .hang { members.append("ms", .number(state.fault.delay)) }
      if state.fault.mode == .fail { members.append("status", .number(state.fault.status)) }
      if state.fault.isAfterWork { members.append("after", true) }
      if state.fault.target != .all { members.append("on", .string(state.fault.target.rawValue)) }
      members.append("rate", .verbatim("\(state.fault.rate)"))
      if let times = state.fault.times { members.append("left", .number(times - state.affected)) }
    }
    members.append("affected", .number(state.affected))
    members.append("requests", .number(state.requests))
    return .object(members)
  }
}

extension Fault.Target {
  fileprivate func contains(_ kind: ShopEndpoint.Kind) -> Bool {
    switch self {
    case .all: true
    case .reads: kind == .read
    case .writes: kind == .write
    case .undoing: kind == .undoing
    }
  }
}
