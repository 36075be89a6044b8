import Definitions
import Front
import Plans
import TestInputs
import Testing

@testable import Definitions
@testable import Gateway

/// Of tables of routes that dice make: what `check` calls reached is what the router reaches, and what `explain` shows
/// is what the router takes.
@Suite struct RoutingPropertyTests {
  private struct Asked {
    var method: String
    var host: String
    var path: String
  }

  @Test(arguments: 0..<8) func checkRouterAndExplainAgree(_ seed: UInt64) throws {
    var dice = Dice(seed: seed)
    var covered = 0
    for _ in 0..<60 { covered += try check(try Self.table(&dice)) }
    #expect(covered > 0, "some tables have routes that are never reached")
  }

  /// How many routes are never reached.
  private func check(_ plan: GatewayPlan) throws -> Int {
    var covered = 0
    let router = Router(plan.routes)
    var coverage = RouteCoverage()
    for route in plan.routes { coverage.add(route) }
    let names = plan.routes.map { "\($0.name) \($0.hosts)" }
    for (index, route) in plan.routes.enumerated() {
      for host in route.hosts.isEmpty ? [""] : route.hosts {
        for method in Self.methods(route) {
          let asked = Self.paths(route.pattern).map { Asked(method: method.asked, host: Self.asked(host), path: $0) }
          let isReached = try asked.contains { asked in
            let found = found(router, asked)
            try checkExplanation(plan, asked, found)
            return found == index
          }
          let isRest = if case .rest? = route.pattern.segments.last { true } else { false }
          let isCovered = isRest && coverage.cover(of: route, method: method.name, host: host) != nil
          if isCovered { covered += 1 }
          #expect(isReached == !isCovered, "\(method.name) of \(names[index]) for '\(host)' among \(names)")
        }
      }
    }
    return covered
  }

  private func found(_ router: Router, _ asked: Asked) -> Int? {
    Array(asked.path.utf8).withUnsafeBufferPointer { path in
      if case .route(let index) = router.match(host: asked.host, method: asked.method, path: path) {
        index
      } else {
        nil
      }
    }
  }

  private func checkExplanation(_ plan: GatewayPlan, _ asked: Asked, _ found: Int?) throws {
    let explanation = try Explanation(
      plan, ExplainedRequest(method: asked.method, target: asked.path, host: asked.host))
    #expect(explanation.isMatch == (found != nil), "\(asked)")
    guard let found else { return }
    let route = plan.routes[found]
    #expect(explanation.json.contains("\"name\": \"\(route.name)\""), "\(asked)")
  }

  // MARK: Tables

  /// No two routes of the same shape: these are told by another rule.
  private static func table(_ dice: inout Dice) throws -> GatewayPlan {
    var plan: GatewayPlan?
    var shapes: Set<String> = []
    for _ in 0..<(2 + dice.roll(20)) {
      var segments = (0..<dice.roll(4)).map { ["a", "", ":p\($0)"][dice.roll(3)] }
      if segments.isEmpty || dice.roll(2) == 0 { segments.append("*rest") }
      let path = segments.map { "/\($0)" }.joined()
      guard shapes.insert(path).inserted else { continue }
      let method = ["GET", "GET", "GET", "GET|POST", "HEAD", "ANY"][dice.roll(6)]
      let hosts = ["", "", "", "hosts: ['*.example']", "hosts: [x.example, y.example]"][dice.roll(5)]
      let work = dice.roll(3) == 0 ? "proxy: b /" : "response: 1"
      let text = "\(hosts)\nbackends: { b: { url: http://b } }\nroutes: { \(method) \(path): { \(work) } }\n"
      let one = try DefinitionLoader.load(files: [("f.yaml", text)]).get().plan
      plan = plan ?? GatewayPlan(process: one.process, backends: one.backends, routes: [])
      plan?.routes += one.routes
    }
    return try #require(plan)
  }

  // MARK: Requests

  /// What a route answers to, as the definition names it, and a method that is that: ANY is for those that no other
  /// route can name.
  private static func methods(_ route: RoutePlan) -> [(name: String, asked: String)] {
    switch route.methods {
    case .any: [("ANY", "PURGE")]
    case .only(let names): names.map { ($0, $0) }
    }
  }

  private static func asked(_ host: String) -> String {
    host.isEmpty ? "other.test" : host.replacing("*", with: "z")
  }

  /// With values that no route has as a literal, and every kind of rest that short patterns tell apart.
  private static func paths(_ pattern: PathPattern) -> [String] {
    var path = ""
    for segment in pattern.segments {
      switch segment {
      case .literal(let text): path += "/\(text)"
      case .parameter: path += "/fresh"
      case .rest: return rests(5).map { path + $0 }.map { $0.isEmpty ? "/" : $0 }
      }
    }
    return [path]
  }

  private static func rests(_ depth: Int) -> [String] {
    depth == 0 ? [""] : [""] + ["/", "/fresh"].flatMap { first in rests(depth - 1).map { first + $0 } }
  }
}
