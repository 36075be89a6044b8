import Front
import JSONText
import Messages
import Plans

extension Site {
  /// `/livez`: the process runs. `/readyz`: it takes requests. `/health`: both, with figures.
  static func admin(_ state: GatewayState, of server: HTTPServer) -> Site {
    let routes: [(String, ReplyEndpoint)] = [
      ("livez", ReplyEndpoint { _ in .text("alive\n") }),
      (
        "readyz",
        ReplyEndpoint { _ in state.isDraining ? Problem(503, detail: "Draining.").reply() : .text("ready\n") }
      ),
      ("health", ReplyEndpoint { _ in .health(state, server) }),
    ]
    let entries = routes.map { name, _ in
      Router.Entry(.only(["GET"]), PathPattern(segments: [.literal(name)]))
    }
    return Site(router: Router(entries), endpoints: routes.map(\.1))
  }
}

extension Reply {
  fileprivate static func text(_ text: String) -> Reply {
    Reply(status: 200, headers: [HeaderField("Content-Type", "text/plain; charset=utf-8")], body: Array(text.utf8))
  }

  fileprivate static func health(_ state: GatewayState, _ server: HTTPServer) -> Reply {
    var document = JSONObject()
    document.append("status", .string(state.isDraining ? "draining" : "ready"))
    document.append("requestsInFlight", .number(JSONNumber(server.requestsInFlight)))
    document.append("connections", .number(JSONNumber(server.openConnections)))
    var writer = JSONWriter(capacity: 128)
    writer.write(document)
    return Reply(status: 200, headers: [HeaderField("Content-Type", "application/json")], body: writer.bytes)
  }
}
