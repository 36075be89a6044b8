import Caching
import Front
import JSONText
import Messages
import Plans

/// `POST /purge` of the admin address. *Immutable.*
struct PurgeEndpoint: Endpoint {
  let body = BodyMode.buffered(max: 64 * 1024)
  let plan: GatewayPlan
  /// `nil`: nothing is ever kept, so that there is nothing to drop.
  let cache: CompositeCache?

  static let entry = Router.Entry(.only(["POST"]), PathPattern(segments: [.literal("purge")]))

  func serve(_ exchange: Exchange) {
    let order: PurgeOrder
    do throws(PurgeOrder.Failure) {
      order = try PurgeOrder(members(exchange.request))
    } catch {
      return exchange.answer(Problem(400, detail: error.detail).answer())
    }
    guard let purges = order.purges(plan) else {
      return exchange.answer(Problem(404, detail: "There is no such route; `weft routes` lists them.").answer())
    }
    Task {
      var result = CompositeCache.PurgeResult.here
      for purge in purges {
        let one = await cache?.purge(purge) ?? .here
        if result != .notEverywhere { result = one }
      }
      exchange.answer(Self.answer(result))
    }
  }

  private func members(
    _ request: IncomingRequest
  ) throws(PurgeOrder.Failure) -> [(name: String, value: JSONValue)] {
    var members: [(name: String, value: JSONValue)] = []
    FormQuery.forEach(in: request.target, from: request.queryOffset) { members.append(($0, .string($1))) }
    guard let body = request.body, !body.isEmpty else { return members }
    guard let root = try? JSONText(body).root, root.kind == .object else {
      throw PurgeOrder.Failure("The body is no JSON object.")
    }
    return members + root.members.map { ($0.key.string ?? "", .slice($0.value)) }
  }

  private static func answer(_ result: CompositeCache.PurgeResult) -> Answer {
    var writer = JSONWriter()
    switch result {
    case .everywhere: writer.write(["purged": "everywhere"])
    case .here: writer.write(["purged": "here"])
    case .notEverywhere:
      return Problem(
        503, detail: "Dropped here, but Redis could not be told: other gateways may still have it. Ask again.",
        members: [("purged", "here")], headers: [HeaderField("Retry-After", "1")]
      ).answer()
    }
    return Answer(
      status: 200,
      headers: [HeaderField("Content-Type", "application/json"), HeaderField("Cache-Control", "no-store")],
      body: writer.bytes)
  }
}
