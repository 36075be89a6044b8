import Composing
import JSONText
import Messages
import Plans

/// What only a call that changes something has.
struct ExplainedWrite {
  /// Names of the writes of which exactly one is made.
  let exclusiveWith: [String]
  /// What is sent as its `Idempotency-Key`, in words.
  let key: String
  let compensation: ExplainedCompensation?

  /// `nil` for a safe call.
  /// - Parameter sentKey: what is known to be sent.
  init?(
    _ index: Int, of composer: Composer, _ backends: [BackendPlan], _ known: KnownValues, _ context: RequestContext,
    sentKey: String?, identifiesClients: Bool
  ) {
    let calls = composer.plan.calls
    let call = calls[index]
    guard !call.isSafe else { return nil }
    exclusiveWith = calls.filter { other in
      guard !other.isSafe, let one = call.when, let two = other.when else { return false }
      return one.excludes(two)
    }.map(\.name)
    key = Self.key(
      of: call, generates: backends[call.request.backend].generatesIdempotencyKeys, sentKey, identifiesClients)
    compensation = call.compensation.map { plan in
      ExplainedCompensation(plan, index, of: composer, backends, known, context)
    }
  }

  private static func key(
    of call: CallPlan, generates: Bool, _ sent: String?, _ identifiesClients: Bool
  ) -> String {
    if call.headers.contains(where: { $0.name.lowercased() == "idempotency-key" }) { return "as `headers` say" }
    switch call.idempotencyKey {
    case .none: return "none"
    case .template(let template): return "Idempotency-Key: \(sent ?? template.source)"
    case .derived:
      let words = "Idempotency-Key: derived from the client's\(identifiesClients ? " and who it shows to be" : "")"
      return sent != nil ? words : "\(words), \(generates ? "or generated" : "where it sends one")"
    }
  }
}

/// What would undo a write.
struct ExplainedCompensation {
  let plan: CompensationPlan
  /// The name of its backend.
  let backend: String
  let target: String
  let body: JSONValue?
  /// The reason why no request can be made of what was given.
  let fault: String?
  let isForEachItem: Bool

  init(
    _ plan: CompensationPlan, _ index: Int, of composer: Composer, _ backends: [BackendPlan], _ known: KnownValues,
    _ context: RequestContext
  ) {
    let call = composer.plan.calls[index]
    self.plan = plan
    isForEachItem = call.each != nil
    backend = backends[plan.request.backend].name
    // Of an `each` it sees the value of the item, and what may be given is that of all.
    let values = isForEachItem ? known.without(call.name) : known
    let (sent, fault) = values.request { values throws(RenderFailure) in
      try composer.compensation(of: index, values, context)
    }
    self.fault = fault
    target = sent?.target ?? plan.request.targetSource
    body = sent?.body.flatMap { try? JSONText($0) }.map { .slice($0.root) }
  }

  var request: String { "\(plan.request.method) \(backend) \(target)" }

  /// Where it is made, and how often.
  var course: String {
    let ends = causes.map { $0 == .doubt ? "is in doubt" : "was done" }.joined(separator: " or ")
    let attempts = plan.attempts == 1 ? "one attempt" : "up to \(plan.attempts) attempts, \(plan.backoff.written) apart"
    let items = isForEachItem ? ", for each item" : ""
    return "the composite fails, and it \(ends)\(items); \(attempts), \(plan.timeout.written) in all"
  }

  private enum Cause: String {
    case failure, doubt
  }

  private var causes: [Cause] {
    (plan.causes.contains(.failure) ? [.failure] : []) + (plan.causes.contains(.doubt) ? [.doubt] : [])
  }

  var json: JSONValue {
    [
      "backend": .string(backend), "method": .string(plan.request.method), "target": .string(target),
      "body": body ?? .null, "fault": .text(fault), "on": .texts(causes.map(\.rawValue)),
      "attempts": .number(JSONNumber(plan.attempts)), "backoffMs": .milliseconds(plan.backoff),
      "timeoutMs": .milliseconds(plan.timeout),
    ]
  }
}
