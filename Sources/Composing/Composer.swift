import JSONText
import Messages
import Plans
import Timing

/// A composite route, ready to run. *Immutable*; made once per route at load, with everything derived from the plan
/// that a request would otherwise work out again.
package final class Composer: Sendable {
  package let plan: CompositePlan
  /// The gateway's, in the plan's order.
  package let backends: [BackendPlan]

  /// The calls in the file's order.
  let calls: [ComposedCall]
  /// Calls that wait for nothing, in the file's order.
  let initial: [Int]
  /// Steps that the expressions of a route without calls may take in all on a loop that others wait for: a millisecond
  /// or so.
  static let maxLoopSteps = 20_000
  /// Whether some expression of the answer is more than a path.
  private let isComputed: Bool
  /// Whether any template reads `calls.…`.
  let readsReports: Bool
  /// Whether any reads `partial`.
  let readsPartial: Bool

  /// In keys that are derived: no other route of the gateway has it.
  let route: String

  /// - Parameter backends: the plan's backends, in its order.
  package init(_ plan: CompositePlan, backends: [BackendPlan], route: String = "") {
    self.plan = plan
    self.backends = backends
    self.route = route
    let waits = plan.calls.map(\.waits)
    let essential = Self.closure(of: plan.calls.indices.filter { plan.calls[$0].required }, over: waits)
    let needed = Self.closure(of: plan.calls.indices.filter { !plan.calls[$0].isSafe || essential[$0] }, over: waits)
    let safe = plan.calls.filter(\.isSafe).map(\.request.backend)
    calls = plan.calls.enumerated().map { index, call in
      ComposedCall(
        call, dependents: plan.calls.indices.filter { waits[$0].contains(index) }, waitCount: waits[index].count,
        isEssential: essential[index], isNeeded: needed[index],
        mayCoincide: call.isSafe && (call.each != nil || safe.count { $0 == call.request.backend } > 1),
        backends: backends)
    }
    initial = plan.calls.indices.filter { waits[$0].isEmpty }
    isComputed = plan.isComputed
    readsReports = plan.references.contains { $0.path.isEmpty || $0.path[0] == ScopeName.calls.rawValue }
    readsPartial = plan.references.contains { $0.path.isEmpty || $0.path[0] == ScopeName.partial.rawValue }
  }

  /// Runs the calls and makes the answer; returns when nothing is under way any more. Isolation: everything but the calls
  /// themselves runs on the task's preferred executor; a cancelled task gets an answer too, with its calls `cancelled`,
  /// but for what a write that was sent has to be ended by.
  package func compose(_ context: RequestContext, caller: some Caller) async -> Composite {
    await run(context, caller: caller, NoListener()).answer
  }

  /// As `compose(_:caller:)`, for a route that writes: the answer is given while writes may go on.
  /// - Parameter listener: told of it on the caller's thread.
  package func compose(
    _ context: RequestContext, caller: some Caller, listener: some CompositionListener
  ) async -> WritesEnd {
    await run(context, caller: caller, listener).writesEnd
  }

  private func run<C: Caller>(
    _ context: RequestContext, caller: C, _ listener: some CompositionListener
  ) async -> Composition<C> {
    let composition = Composition(composer: self, context: context, caller: caller)
    await composition.run(listener)
    return composition
  }

  /// Makes the answer of a route without calls. Needs no caller and does not suspend.
  package func composeStatic(_ context: RequestContext) -> Composite {
    precondition(plan.calls.isEmpty, "a route with calls is composed asynchronously")
    var draft = CompositeDraft(self, context, context.scope, receivedBytes: 0)
    if readsReports { draft.scope.root.append("calls", .object(JSONObject())) }
    do throws(CompositeFailure) {
      return try draft.composite()
    } catch {
      return draft.problem(error)
    }
  }

  /// Does what `composeStatic` does, on a thread that others wait for: `nil` where it would take too long for that.
  /// - Parameter steps: what the request has left there.
  package func composeBriefly(_ context: RequestContext, steps: Int = .max) -> Composite? {
    guard isComputed else { return composeStatic(context) }
    var context = context
    context.scope.limit(steps: min(Self.maxLoopSteps, steps))
    let composite = composeStatic(context)
    return context.scope.isExhausted ? nil : composite
  }

  private static func closure(of roots: [Int], over waits: [Set<Int>]) -> [Bool] {
    var reached = waits.map { _ in false }
    var pending = roots
    while let index = pending.popLast() {
      if reached[index] { continue }
      reached[index] = true
      pending += waits[index]
    }
    return reached
  }
}

private struct NoListener: CompositionListener {
  func answered(_ composite: Composite) {}
  func detached(holding bytes: Int) {}
}

/// The finished answer of a composite route, and what there is to say about it.
package struct Composite: Sendable {
  package var answer: Answer
  package var isPartial: Bool
  /// The ends of the calls, in the plan's order.
  package var records: [CallRecord]
  /// Fields of the answer whose expressions failed.
  package var fieldFailures: [FieldFailure]
  /// The answer would have been larger than the route's `maxAnswer`; it is a problem instead.
  package var isTooLarge = false
  /// The names to purge it by; `nil` where one of them could not be told, so that the answer can't be kept.
  package var tags: [String]? = []

  package var failedFields: [String] { fieldFailures.map(\.field) }
}
