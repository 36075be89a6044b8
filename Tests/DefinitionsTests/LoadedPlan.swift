import Plans
import Testing

@testable import Definitions

/// Loads texts that are meant to be good.
func plan(_ files: (name: String, text: String)..., environment: [String: String] = [:]) throws -> GatewayPlan {
  try DefinitionLoader.load(files: files, environment: environment).get().plan
}

/// A file with two backends and one route, whose body is indented here.
func route(_ body: String, key: String = "GET /users/:id", environment: [String: String] = [:]) throws -> RoutePlan {
  let text = """
    backends:
      users: { url: http://users:8080, forward: [Accept-Language] }
      orders: { urls: [http://a, http://b], balance: hash(cookies.session), host: client }
    routes:
      \(key):

    """ + body.split(separator: "\n").map { "    \($0)\n" }.joined()
  return try #require(try plan(("shop.yaml", text), environment: environment).routes.first)
}

extension RoutePlan {
  var composite: CompositePlan? {
    if case .composite(let plan) = work { plan } else { nil }
  }

  var proxy: ProxyPlan? {
    if case .proxy(let plan) = work { plan } else { nil }
  }
}
