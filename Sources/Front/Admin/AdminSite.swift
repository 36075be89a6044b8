import JSONText
import Messages
import Plans

/// The endpoints for those who run the gateway: `/livez`, `/readyz` and `/health`. Served on an address of their own.
package enum AdminSite {
  /// `isReady` is false before the gateway serves and while it drains; `health` makes the body of `/health`. Both are
  /// called on a front loop. `others` come after, such as `POST /purge`. Probes are answered whoever asks.
  package static func make(
    isReady: @escaping @Sendable () -> Bool, health: @escaping @Sendable () -> JSONValue, access: AdminAccess,
    others: [(Router.Entry, any Endpoint)] = []
  ) -> Site {
    let probes: [(Router.Entry, any Endpoint)] = [
      (get("livez"), AnswerEndpoint { _ in text(200, "alive\n") }),
      (get("readyz"), AnswerEndpoint { _ in isReady() ? text(200, "ready\n") : text(503, "not ready\n") }),
    ]
    let asked: [(Router.Entry, any Endpoint)] = [
      (
        get("health"),
        AnswerEndpoint { _ in
          var writer = JSONWriter()
          writer.write(health())
          return Answer(
            status: isReady() ? 200 : 503,
            headers: [HeaderField("Content-Type", "application/json"), HeaderField("Cache-Control", "no-store")],
            body: writer.bytes)
        }
      )
    ]
    let guarded: [(Router.Entry, [any Stage], any Endpoint)] = (asked + others).map { entry, work in
      (entry, [AdminGuard(access: access, changes: entry.methods != .only(["GET"]))], work)
    }
    return Site(probes.map { ($0, [], $1) } + guarded)
  }

  private static func get(_ name: String) -> Router.Entry {
    Router.Entry(.only(["GET"]), PathPattern(segments: [.literal(name)]))
  }

  private static func text(_ status: Int, _ text: String) -> Answer {
    Answer(
      status: status,
      headers: [HeaderField("Content-Type", "text/plain; charset=utf-8"), HeaderField("Cache-Control", "no-store")],
      body: Array(text.utf8))
  }
}
