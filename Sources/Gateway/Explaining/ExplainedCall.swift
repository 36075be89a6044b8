import Composing
import JSONText
import Messages
import Plans

/// One call: when it runs, what it would send, how it may end.
struct ExplainedCall {
  enum Condition {
    case always, unknown, met, unmet
  }

  let plan: CallPlan
  let index: Int
  /// The number of its stage, from 0.
  let stage: Int
  /// Names of the calls that it waits for as the file says, in its order.
  let waitsFor: [String]
  /// Names of the required calls that it waits for because it is a write.
  let requiredBefore: [String]
  let backend: ExplainedBackend
  /// The deadline of the whole call: the route's own where the call says none, and no longer than that but of a write.
  let deadline: Duration
  let condition: Condition
  /// The request; of an `each` those of all items or batches that are known, equal ones once, else one with the item as
  /// a placeholder.
  let requests: [Request]
  /// Items of the list of an `each`, where it is known; equal ones of a safe call count once.
  let itemCount: Int?
  /// What a request is made of beside target and body, the first one's where there are several.
  let headers: [ExplainedHeader]
  /// How the backend's `retry` repeats it, or why not.
  let repetition: String
  /// `nil` where it is safe.
  let write: ExplainedWrite?

  /// All that it waits for.
  var waits: [String] { waitsFor + requiredBefore }

  struct Request: Hashable {
    let target: String
    /// The request as it would be sent.
    let sent: CallRequest?
    /// The reason why it is not sent.
    let fault: String?

    var body: JSONValue? {
      fault == nil ? sent?.body.flatMap { try? JSONText($0) }.map { .slice($0.root) } : nil
    }
  }

  init(
    _ index: Int, of composer: Composer, stage: Int, backends: [BackendPlan], _ known: KnownValues,
    _ context: RequestContext, identifiesClients: Bool
  ) {
    let composite = composer.plan
    let call = composite.calls[index]
    self.index = index
    self.stage = stage
    plan = call
    waitsFor = Set(call.reads).union(call.after).sorted().map { composite.calls[$0].name }
    requiredBefore = call.requiredBefore.map { composite.calls[$0].name }
    backend = ExplainedBackend(plan: backends[call.request.backend])
    deadline =
      call.isSafe
      ? call.timeout.map { min($0, composite.timeout) } ?? composite.timeout : call.timeout ?? CallPlan.writeTimeout
    condition = Self.condition(call, known)
    let scopes = Self.scopes(call, known)
    itemCount = scopes.fan?.items.count
    func request(_ values: KnownValues, item: FanOut.Item?) -> Request {
      let (sent, fault) = values.request { values throws(RenderFailure) in
        try composer.request(of: index, values, context, item: item)
      }
      return Request(target: sent?.target ?? call.request.targetSource, sent: sent, fault: fault)
    }
    var seen: Set<Request> = []
    let all = scopes.all.map { request($0, item: $1) }.filter { !call.isSafe || seen.insert($0).inserted }
    requests = scopes.fault.map { [Request(target: call.request.targetSource, sent: nil, fault: $0)] } ?? all
    let sent = all.first?.sent ?? request(known, item: nil).sent
    headers =
      Self.headers(call, sent, context, keyIsKnown: !identifiesClients || call.idempotencyKey.isTheFiles)
      + backend.token
    let key = sent?.headers.first { $0.isNamed("idempotency-key") }?.value
    write = ExplainedWrite(
      index, of: composer, backends, known, context, sentKey: key, identifiesClients: identifiesClients)
    repetition = Self.repetition(call, backends[call.request.backend], context, hasKey: key != nil)
  }

  private static func condition(_ call: CallPlan, _ known: KnownValues) -> Condition {
    guard let when = call.when else { return .always }
    guard let value = try? known.known(when) else { return .unknown }
    return value.isTruthy ? .met : .unmet
  }

  /// The scopes of the call's requests; `fan` is nil where the list of an `each` is not known, or none.
  private static func scopes(
    _ call: CallPlan, _ known: KnownValues
  ) -> (all: [(KnownValues, item: FanOut.Item?)], fan: FanOut?, fault: String?) {
    guard let each = call.each, let list = try? known.known(each.list) else { return ([(known, nil)], nil, nil) }
    guard list.isNull || list.kind == .array else { return ([], nil, "the value of `each` is no list") }
    let fan: FanOut
    do throws(FanOut.TooMany) {
      fan = try FanOut(each, over: list, merging: call.isSafe)
    } catch {
      return ([], nil, error.description)
    }
    let scopes = (0..<fan.slotCount).map { slot in
      let item = fan.item(of: slot)
      return (known.with(each.batch == nil ? .item : .items, item.value), item)
    }
    return (scopes, fan, nil)
  }

  /// Makes the list in the order in which they are sent, after those about the client that every call has.
  /// - Parameter keyIsKnown: the value of an `Idempotency-Key` of Weft's own.
  private static func headers(
    _ call: CallPlan, _ sent: CallRequest?, _ context: RequestContext, keyIsKnown: Bool
  ) -> [ExplainedHeader] {
    let fields = sent?.headers ?? []
    let client =
      call.forwardsAllBut.map { own in
        var names = DistinctList<String>(atMost: .max)
        names.append(
          contentsOf: context.passable.map(\.name).filter { !own.contains(HeaderField.withoutUnderscores($0)) })
        return names.elements + ["all others"]
      } ?? call.forward
    let defined = Set(call.headers.map { $0.name.lowercased() })
    var headers = client.map { name in
      let lines = fields.filter { $0.isNamed(lowercase: name) }.map(\.value)
      return ExplainedHeader(name: name, value: lines.isEmpty ? nil : lines.joined(separator: ", "), origin: .client)
    }
    let accept = ExplainedHeader(name: "accept", value: "application/json", origin: .weft)
    var own = sent?.asksForJSON ?? true ? [accept] : []
    for field in fields {
      let name = field.name.lowercased()
      if defined.contains(name) {
        headers.append(ExplainedHeader(name: name, value: field.value, origin: .definition))
      } else if !client.contains(name) {
        let value = keyIsKnown || !field.isNamed("idempotency-key") ? field.value : nil
        own.append(ExplainedHeader(name: name, value: value, origin: .weft))
      }
    }
    return headers + own
  }

  private static func repetition(
    _ call: CallPlan, _ backend: BackendPlan, _ context: RequestContext, hasKey: Bool
  ) -> String {
    guard let retry = backend.retry else { return "never" }
    let attempts = "up to \(retry.attempts) attempts"
    guard !call.isSafe, !backend.idempotent else { return attempts }
    let never = "never, for a \(call.request.method) may do harm twice"
    switch call.idempotencyKey {
    case .derived where hasKey && context.idempotencyKey != nil:
      return "\(attempts), as the client sends an Idempotency-Key"
    case _ where hasKey: return "\(attempts), as it has an Idempotency-Key"
    case .none: return never
    case .template: return "\(never); with a key \(attempts)"
    case .derived where backend.generatesIdempotencyKeys: return "\(attempts), as it has an Idempotency-Key"
    case .derived: return "\(never); with an Idempotency-Key \(attempts)"
    }
  }
}

extension IdempotencyKey {
  /// It depends on what the file says of it, not on who asks.
  fileprivate var isTheFiles: Bool { if case .derived = self { false } else { true } }
}
