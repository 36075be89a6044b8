import Composing
import Front
import JMESPath
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
  /// From 0.
  let stage: Int
  /// Names of the calls that it waits for, in the file's order.
  let waitsFor: [String]
  let backend: ExplainedBackend
  /// Of the whole call; the route's own where the call says none.
  let deadline: Duration
  let condition: Condition
  /// One; of an `each` those of all items or batches that are known, equal ones once, else one with the item as a
  /// placeholder.
  let requests: [Request]
  /// Items of the list of an `each`, where it is known; equal ones of a safe call count once.
  let itemCount: Int?
  /// What a request is made of beside target and body, the first one's where there are several.
  let headers: [ExplainedHeader]
  /// Repeated by the backend's `retry`; why not.
  let repetition: String

  struct Request {
    var target: String
    var body: JSONValue?
    /// Why there is none.
    var fault: String?
  }

  init(
    _ index: Int, of composite: CompositePlan, stage: Int, backends: [BackendPlan], _ known: KnownValues,
    _ request: IncomingRequest
  ) {
    let call = composite.calls[index]
    self.index = index
    self.stage = stage
    plan = call
    waitsFor = call.waits.sorted().map { composite.calls[$0].name }
    backend = ExplainedBackend(plan: backends[call.request.backend])
    deadline = call.timeout.map { min($0, composite.timeout) } ?? composite.timeout
    condition = Self.condition(call, known)
    let scopes = Self.scopes(call, known)
    itemCount = scopes.fan?.items.count
    requests =
      scopes.fault.map { [Request(target: call.request.targetSource, fault: $0)] }
      ?? Self.sent(scopes.all.map { Self.request(call, $0) }, of: call)
    headers = Self.headers(call, scopes.all.first ?? known, request)
    repetition = Self.repetition(call, backends[call.request.backend], request)
  }

  private static func condition(_ call: CallPlan, _ known: KnownValues) -> Condition {
    guard let when = call.when else { return .always }
    guard let value = try? known.value(when) else { return .unknown }
    return value.isTruthy ? .met : .unmet
  }

  /// The scopes of the call's requests; `fan` is nil where the list of an `each` is not known, or none.
  private static func scopes(
    _ call: CallPlan, _ known: KnownValues
  ) -> (all: [KnownValues], fan: FanOut?, fault: String?) {
    guard let each = call.each, let list = try? known.value(each.list) else { return ([known], nil, nil) }
    guard list.isNull || list.kind == .array else { return ([], nil, "the value of `each` is no list") }
    let fan: FanOut
    do throws(FanOut.TooMany) {
      fan = try FanOut(each, over: list, merging: call.isSafe)
    } catch {
      return ([], nil, error.description)
    }
    let scopes = (0..<fan.slotCount).map { slot in
      let values = Array(fan.values(of: slot))
      return each.batch == nil ? known.with(.item, values[0]) : known.with(.items, .array(values))
    }
    return (scopes, fan, nil)
  }

  /// Equal ones of a safe method are sent once. What headers and tags read of the item makes requests differ.
  private static func sent(_ requests: [Request], of call: CallPlan) -> [Request] {
    let beside = call.headers.flatMap(\.value.references) + (call.cache?.references ?? [])
    let readsItem = beside.contains { ["item", "items"].contains($0.path.first) }
    guard call.isSafe, !readsItem else { return requests }
    var targets: Set<String> = []
    return requests.filter { $0.body != nil || targets.insert($0.target).inserted }
  }

  private static func request(_ call: CallPlan, _ known: KnownValues) -> Request {
    do throws(RenderFailure) {
      var request = Request(target: try known.target(call.request))
      if let body = call.body { request.body = try known.value(body) }
      return request
    } catch {
      return Request(target: call.request.targetSource, fault: error.message)
    }
  }

  /// In the order in which they are sent, after those about the client that every call has.
  private static func headers(
    _ call: CallPlan, _ known: KnownValues, _ request: IncomingRequest
  ) -> [ExplainedHeader] {
    var headers = call.forward.map { name in
      ExplainedHeader(name: name, value: request.headers.joined(name), origin: .client)
    }
    if call.sendsIdempotencyKey {
      headers.append(
        ExplainedHeader(name: "idempotency-key", value: request.headers.joined("idempotency-key"), origin: .client))
    }
    for template in call.headers {
      do throws(RenderFailure) {
        guard let field = try known.header(template) else { continue }
        headers.append(ExplainedHeader(name: field.name.lowercased(), value: field.value, origin: .definition))
      } catch {
        headers.append(ExplainedHeader(name: template.name.lowercased(), value: error.message, origin: .definition))
      }
    }
    var own = ["accept"]
    if call.body != nil { own.append("content-type") }
    for name in own where !headers.contains(where: { $0.name == name }) {
      headers.append(ExplainedHeader(name: name, value: "application/json", origin: .weft))
    }
    return headers
  }

  private static func repetition(_ call: CallPlan, _ backend: BackendPlan, _ request: IncomingRequest) -> String {
    guard let retry = backend.retry else { return "never" }
    let attempts = "up to \(retry.attempts) attempts"
    guard !call.isSafe, !backend.idempotent else { return attempts }
    if request.headers.joined("idempotency-key") != nil { return "\(attempts), as the client sends an Idempotency-Key" }
    return "never, for a \(call.request.method) may do harm twice; with an Idempotency-Key \(attempts)"
  }
}
