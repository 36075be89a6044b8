import Front
import JSONText
import Messages
import Plans
import Timing
import Watching

/// The JSON API behind the admin page (docs/admin-api.md). *Immutable.* It looks at what serves whenever it is asked, so that
/// no event stream keeps an old generation.
struct AdminAPI: Sendable {
  let generations: Generations
  let process: ProcessParts

  var entries: [(Router.Entry, any Endpoint)] {
    [
      get("overview") { api, _ in .json(api.overview()) },
      get("routes") { api, request in .json(api.routes(request)) },
      get("requests") { api, request in .json(api.requests(request)) },
      get("requests", .parameter("id")) { api, request in api.request(request.capture("id")) },
      get("backends") { api, _ in .json(api.backends()) },
      get("cache") { api, _ in .json(api.cache()) },
      get("definitions") { api, _ in .json(api.definitions()) },
      post("backends", .parameter("name"), .literal("reset")) { api, request in api.reset(request.capture("name")) },
      post("backends", .parameter("name"), .literal("addresses"), .parameter("address"), .literal("drain")) {
        api, request in api.drain(true, request)
      },
      post("backends", .parameter("name"), .literal("addresses"), .parameter("address"), .literal("undrain")) {
        api, request in api.drain(false, request)
      },
      (entry("POST", [.literal("try")]), TryEndpoint(api: self)),
      (entry("GET", [.literal("events")]), EventsEndpoint(api: self)),
    ]
  }

  private typealias Handler = @Sendable (AdminAPI, IncomingRequest) -> APIAnswer

  private func get(
    _ name: String, _ more: PathPattern.Segment..., answer: @escaping Handler
  ) -> (Router.Entry, any Endpoint) {
    (entry("GET", [.literal(name)] + more), APIEndpoint(api: self, answer: answer))
  }

  private func post(
    _ name: String, _ more: PathPattern.Segment..., answer: @escaping Handler
  ) -> (Router.Entry, any Endpoint) {
    (entry("POST", [.literal(name)] + more), APIEndpoint(api: self, answer: answer))
  }

  private func entry(_ method: String, _ segments: [PathPattern.Segment]) -> Router.Entry {
    Router.Entry(.only([method]), PathPattern(segments: [.literal("api")] + segments))
  }

  var watches: RequestWatches { process.watches }

  func report(at now: Instant) -> RequestReport {
    let redact = generations.generation.plan.process.log.redact
    return RequestReport(SecretParts(headers: redact.headers, query: redact.query), slowFrom: watches.slowFrom, at: now)
  }
}

/// What the API answers.
enum APIAnswer {
  case json(JSONObject)
  case problem(Problem)

  var answer: Answer {
    switch self {
    case .json(let object):
      var writer = JSONWriter(capacity: 4096)
      writer.write(object)
      return Answer(
        status: 200,
        headers: [HeaderField("Content-Type", "application/json"), HeaderField("Cache-Control", "no-store")],
        body: writer.bytes)
    case .problem(var problem):
      problem.headers.append(HeaderField("Cache-Control", "no-store"))
      return problem.answer()
    }
  }
}

/// Answers beside the front loop, which has others to serve while figures are added up. *Immutable.*
private struct APIEndpoint: Endpoint {
  let body = BodyMode.ignored
  let api: AdminAPI
  let answer: @Sendable (AdminAPI, IncomingRequest) -> APIAnswer

  func serve(_ exchange: Exchange) {
    Task { exchange.answer(answer(api, exchange.request).answer) }
  }
}

extension IncomingRequest {
  func capture(_ name: String) -> String { captures.first { $0.name == name }?.value ?? "" }

  /// The first of that name; `nil`: there is none, or it is empty.
  func parameter(_ name: String) -> String? {
    var found: String?
    FormQuery.forEach(in: target, from: queryOffset) { if $0 == name, found == nil, !$1.isEmpty { found = $1 } }
    return found
  }
}
