import Front
import Messages
import NIOPosix
import OpenAPI
import Plans

/// `GET /openapi.json` of the admin address. *Immutable.*
struct OpenAPIEndpoint: Endpoint {
  let body = BodyMode.ignored
  let plan: GatewayPlan

  static let entry = Router.Entry(.only(["GET"]), PathPattern(segments: [.literal("openapi.json")]))

  /// Made anew each time, on a thread that no other request waits for: it is hardly asked for, and large.
  func serve(_ exchange: Exchange) {
    NIOThreadPool.singleton.submit { [plan] _ in
      exchange.answer(
        Answer(
          status: 200,
          headers: [HeaderField("Content-Type", "application/json"), HeaderField("Cache-Control", "no-store")],
          body: Array(OpenAPIDocument(plan).json.utf8)))
    }
  }
}
