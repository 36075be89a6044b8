import Messages
import Plans
import Timing

/// A composite route, ready to run. *Immutable*; made once per route at load, with everything derived from the plan
/// that a request would otherwise work out again.
package final class Composer: Sendable {
  package let plan: CompositePlan

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

  /// - Parameter backends: the plan's backends, in its order.
  package init(_ plan: CompositePlan, backends: [BackendPlan]) {
    self.plan = plan
    let waits = plan.calls.map(\.waits)
    let essential = Self.closure(of: plan.calls.indices.filter { plan.calls[$0].required }, over: waits)
    let safe = plan.calls.filter(\.isSafe).map(\.request.backend)
    calls = plan.calls.enumerated().map { index, call in
      ComposedCall(
        call, dependents: plan.calls.indices.filter { waits[$0].contains(index) }, waitCount: waits[index].count,
        isEssential: essential[index],
        mayCoincide: call.isSafe && (call.each != nil || safe.count { $0 == call.request.backend } > 1),
        backend: backends[call.request.backend])
    }
    initial = plan.calls.indices.filter { waits[$0].isEmpty }
    isComputed = plan.isComputed
    readsReports = plan.references.contains { $0.path.isEmpty || $0.path[0] == "calls" }
  }

  /// Runs the calls and makes the answer. Isolation: everything but the calls themselves runs on the task's preferred
  /// executor; a cancelled task gets an answer too, with its calls `cancelled`.
  package func compose(_ context: RequestContext, caller: some Caller) async -> Composite {
    let composition = Composition(composer: self, context: context, caller: caller)
    if !plan.calls.isEmpty { await composition.run() }
    return composition.composite()
  }

  /// Makes the answer of a route without calls. Needs no caller and does not suspend.
  package func composeStatic(_ context: RequestContext) -> Composite {
    precondition(plan.calls.isEmpty, "a route with calls is composed asynchronously")
    return Composition(composer: self, context: context, caller: NoCaller()).composite()
  }

  /// Does what `composeStatic` does, on a thread that others wait for: `nil` where it would take too long for that.
  package func composeBriefly(_ context: RequestContext) -> Composite? {
    guard isComputed else { return composeStatic(context) }
    var context = context
    context.scope.limit(steps: Self.maxLoopSteps)
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

/// A caller for routes without calls; its methods are never reached.
private final class NoCaller: Caller, Cancellable {
  func begin(_ request: CallRequest, deadline: Instant, completion: @escaping (CallResponse) -> Void) -> any Cancellable
  {
    self
  }
  func now() -> Instant { Instant.now() }
  func schedule(at instant: Instant, _ body: @escaping () -> Void) -> any Cancellable { self }
  func execute(_ body: @escaping @Sendable () -> Void) {}
  func cancel() {}
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
