import Caching
import Front
import JSONText
import Listening

/// The body of `/health`.
enum HealthReport {
  static func value(_ state: GatewayState, _ server: HTTPServer, _ cache: CompositeCache?) -> JSONValue {
    var health = JSONObject()
    health.append("status", state.isDraining ? "draining" : "ready")
    health.append("requestsInFlight", .number(JSONNumber(server.requestsInFlight)))
    health.append("bodiesInFlight", .number(JSONNumber(server.bodiesInFlight)))
    health.append("untakenBytes", .number(JSONNumber(server.untakenBytes)))
    health.append("connections", .number(JSONNumber(server.openConnections)))
    if let cache { health.append("cache", CacheReport.value(cache)) }
    return .object(health)
  }
}
