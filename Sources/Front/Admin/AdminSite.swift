import JSONText
import Messages
import Plans

/// The endpoints for those who run the gateway: `/livez`, `/readyz` and `/health`. Served on an address of their own.
package enum AdminSite {
  private typealias SiteEntry = (Router.Entry, [any Stage], any Endpoint)

  /// `health` makes the body of `/health`, `backend` that of one backend and whether it can be used, `nil` where there is
  /// none of that name. All are called on a front loop. `others` come after, such as `POST /purge`. Probes are answered
  /// whoever asks, and so is the `page`, which holds nothing of its own: what it shows it asks of the `api`, with the token.
  package static func make(
    readiness: @escaping @Sendable () -> Readiness, health: @escaping @Sendable () -> JSONValue,
    backend: @escaping @Sendable (String) -> (body: JSONValue, isUsable: Bool)?, access: AdminAccess,
    others: [(Router.Entry, any Endpoint)] = [], page: [(Router.Entry, any Endpoint)] = [],
    api: [(Router.Entry, any Endpoint)] = []
  ) -> Site {
    let probes: [(Router.Entry, any Endpoint)] = [
      (get("livez"), AnswerEndpoint { _ in text(200, "alive\n") }),
      (
        get("readyz"),
        AnswerEndpoint { _ in
          let readiness = readiness()
          return text(readiness.status, readiness.words + "\n")
        }
      ),
    ]
    let asked: [(Router.Entry, any Endpoint)] = [
      (get("health"), AnswerEndpoint { _ in json(readiness().status, health()) }),
      (
        Router.Entry(
          .only(["GET"]), PathPattern(segments: [.literal("health"), .literal("backends"), .parameter("name")])),
        AnswerEndpoint { request in
          guard let found = backend(request.captures.first?.value ?? "") else {
            return Problem(404, detail: "There is no such backend.").answer()
          }
          return json(found.isUsable ? 200 : 503, found.body)
        }
      ),
    ]
    func guarded(_ entries: [(Router.Entry, any Endpoint)], _ reading: AdminAccess.Deed) -> [SiteEntry] {
      entries.map { entry, work in
        (entry, [AdminGuard(access: access, deed: entry.methods == .only(["GET"]) ? reading : .change)], work)
      }
    }
    return Site((probes + page).map { ($0, [], $1) } + guarded(asked + others, .figures) + guarded(api, .reading))
  }

  private static func get(_ name: String) -> Router.Entry {
    Router.Entry(.only(["GET"]), PathPattern(segments: [.literal(name)]))
  }

  private static func json(_ status: Int, _ body: JSONValue) -> Answer {
    var writer = JSONWriter()
    writer.write(body)
    return Answer(
      status: status,
      headers: [HeaderField("Content-Type", "application/json"), HeaderField("Cache-Control", "no-store")],
      body: writer.bytes)
  }

  private static func text(_ status: Int, _ text: String) -> Answer {
    Answer(
      status: status,
      headers: [HeaderField("Content-Type", "text/plain; charset=utf-8"), HeaderField("Cache-Control", "no-store")],
      body: Array(text.utf8))
  }
}

/// Whether requests are to be sent here.
package enum Readiness: Equatable, Sendable {
  case ready
  /// They are served, without what is named.
  case degraded(String)
  case notReady(String)

  var status: Int {
    if case .notReady = self { 503 } else { 200 }
  }

  /// What `/readyz` says.
  package var words: String {
    switch self {
    case .ready: "ready"
    case .degraded(let what): "degraded: \(what)"
    case .notReady(let why): "not ready: \(why)"
    }
  }
}
