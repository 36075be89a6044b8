import Definitions
import Plans
import Testing

@testable import Gateway

/// What a reload changes, in words.
@Suite struct DefinitionDifferenceTests {
  private static let base = """
    backends:
      orders: { url: http://127.0.0.1:1 }
      users: { url: http://127.0.0.1:2 }
    routes:
      GET /x: { response: 1 }
      GET /y:
        timeout: 2s
        calls:
          user: GET users /users/1
          orders: { request: GET orders /orders, fallback: [] }
        response: { user: "${user}", orders: "${orders}" }
    """

  private static func plan(_ text: String, _ gateway: String = "") throws -> GatewayPlan {
    let files = [("main.yaml", text)] + (gateway.isEmpty ? [] : [("gateway.yaml", gateway)])
    return try DefinitionLoader.load(files: files, environment: ["PORT": "1"]).get().plan
  }

  private static func difference(_ from: GatewayPlan, _ to: GatewayPlan, hasCache: Bool = false) -> [String] {
    DefinitionDifference(from: from, to: to, hasCache: hasCache).lines
  }

  @Test(arguments: [
    ("GET /x: { response: 1 }", "GET /x: { response: 1 } # the same", []),
    ("GET /x: { response: 1 }", "GET /x:\n    response: 1", []),
    ("GET /x: { response: 1 }", "GET /x: { response: 2 }", ["~ GET /x: response"]),
    ("GET /x: { response: 1 }", "GET /x: { response: 1 }\n  GET /z: { response: 1 }", ["+ GET /z"]),
    ("GET /x: { response: 1 }", "GET /z: { response: 1 }", ["+ GET /z", "- GET /x"]),
    ("    timeout: 2s\n", "    cache: 1m\n", ["~ GET /y: cache, timeout"]),
    ("fallback: []", "fallback: null", ["~ GET /y: calls.orders"]),
    ("      user: ", "      more: GET users /more\n      user: ", ["~ GET /y: calls.more"]),
    ("    timeout: 2s\n", "    timeout: 2s\n    onDisconnect: cancel\n", ["~ GET /y: onDisconnect"]),
    ("GET orders /orders, fallback: []", "POST orders /orders, safe: true, fallback: []", ["~ GET /y: calls.orders"]),
    (
      "users: { url: http://127.0.0.1:2 }", "users: { url: http://127.0.0.1:2, idempotencyKey: generate }",
      ["~ backend users: idempotencyKey"]
    ),
    ("users: { url: http://127.0.0.1:2 }", "users: { url: http://127.0.0.1:2, retry: {} }", ["~ backend users: retry"]),
    ("routes:", "  new: { url: http://a }\nroutes:", ["+ backend new"]),
    ("routes:", "hosts: [a.test]\nroutes:", ["+ GET /x (a.test)", "+ GET /y (a.test)", "- GET /x", "- GET /y"]),
    ("routes:", "bff: web\nroutes:", ["~ GET /x: bff", "~ GET /y: bff"]),
    ("routes:", "defaults: { maxAnswer: 1MiB }\nroutes:", ["~ GET /x: maxAnswer", "~ GET /y: maxAnswer"]),
  ])
  func words(_ old: String, _ new: String, _ lines: [String]) throws {
    #expect(Self.base.contains(old))
    let edited = Self.base.replacing(old, with: new)
    #expect(try Self.difference(Self.plan(Self.base), Self.plan(edited)) == lines)
  }

  @Test func theOrderOfCallsIsThatOfMembers() throws {
    let ab = "backends: { b: { url: http://a } }\nroutes: { GET /x: { calls: { a: GET b /a, b: GET b /b } } }\n"
    let ba = "backends: { b: { url: http://a } }\nroutes: { GET /x: { calls: { b: GET b /b, a: GET b /a } } }\n"
    #expect(try Self.difference(Self.plan(ab), Self.plan(ba)) == ["~ GET /x: calls"])
  }

  @Test(arguments: [
    ("", "limits: { connections: 10000 }", [], []),
    ("timeouts: { idle: 60s }", "timeouts: { idle: 1m }", [], []),
    ("", "log: { level: debug, access: true }", ["~ gateway: log.level, log.access"], []),
    (
      "writes: { detached: 9 }", "writes: { detachedBytes: 1MiB }",
      ["~ gateway: writes.detached, writes.detachedBytes"], []
    ),
    ("threads: 2", "threads: 3", ["~ gateway: threads"], ["threads"]),
    (
      "", "listen: 127.0.0.1:9\nlimits: { bodyBytes: 2MiB, connectionsPerClient: 9 }",
      ["~ gateway: listen, limits.bodyBytes, limits.connectionsPerClient"], ["listen", "limits.connectionsPerClient"]
    ),
    ("", "hsts: { maxAge: 1d }", ["~ gateway: hsts"], []),
    (
      "plans: { a: { limit: 1/s }, b: { limit: 1/s } }", "plans: { a: { limit: [1/s, 9/m] }, c: { limit: 1/s } }",
      ["~ plan a: limit", "+ plan c", "- plan b"], []
    ),
    ("", "admin: { address: 127.0.0.1:9, token: t }", ["~ gateway: admin.address, admin.token"], ["admin.address"]),
  ])
  func settings(_ old: String, _ new: String, _ lines: [String], _ needsRestart: [String]) throws {
    let (from, to) = (try Self.plan(Self.base, old), try Self.plan(Self.base, new))
    let difference = DefinitionDifference(from: from, to: to, hasCache: true)
    #expect(difference.lines == lines)
    #expect(difference.needsRestart == needsRestart)
  }

  @Test func aCacheThatIsThereStays() throws {
    let (from, to) = (try Self.plan(Self.base), try Self.plan(Self.base, "cache: { memory: 1MiB }\nredis: redis://a"))
    for hasCache in [false, true] {
      let difference = DefinitionDifference(from: from, to: to, hasCache: hasCache)
      #expect(difference.lines == ["~ gateway: cache.memory, redis"])
      #expect(difference.needsRestart == (hasCache ? ["cache.memory", "redis"] : []))
    }
  }

  @Test func theContentOfASecretsFileCounts() throws {
    var (from, to) = (try Self.plan(Self.base), try Self.plan(Self.base))
    from.files = Secret(["/run/a": "one", "/run/gone": "x"])
    to.files = Secret(["/run/a": "two", "/run/new": "y"])
    #expect(Self.difference(from, to) == ["~ file /run/a"])
    to.files = Secret(["/run/a": "one", "/run/new": "y"])
    #expect(Self.difference(from, to) == ["+ file /run/new", "- file /run/gone"])
    #expect(Self.difference(from, from) == [])
  }

  /// What a route takes up by `base` is a part of what it says, and where a limit stands, of what it is called.
  @Test(arguments: [
    ("limit: [10/s, base]", "", "limit: 100/s", "", "limit: 200/s", ["limit"]),
    ("limit: [10/s, base]", "limit: [20/s, base]", "limit: 100/s", "limit: [20/s, base]", "limit: 200/s", ["limit"]),
    ("limit: [10/s, base]", "limit: 20/s", "limit: 100/s", "limit: 20/s", "limit: 200/s", []),
    ("limit: 10/s", "", "limit: 100/s", "", "limit: 200/s", []),
    ("limit: [10/s, base]", "", "limit: 100/s", "limit: 100/s", "", ["limit"]),
    ("limit: [10/s, base]", "", "", "", "limit: 1/s", ["limit"]),
    ("", "limit: 10/s", "", "", "limit: 10/s", ["limit"]),
    ("limit: [10/s, base]", "limit: none", "limit: 100/s", "limit: none", "limit: 200/s", []),
    (
      "refuse: [base]", "", "refuse: [{ when: \"${query.a}\" }]", "", "refuse: [{ when: \"${query.b}\" }]", ["refuse"]
    ),
    ("refuse: [{ when: \"${query.c}\" }]", "", "refuse: [{ when: \"${query.a}\" }]", "", "", []),
  ])
  func whatIsTakenUp(
    _ route: String, _ file: String, _ gateway: String, _ newFile: String, _ newGateway: String, _ keys: [String]
  ) throws {
    func plan(_ file: String, _ gateway: String) throws -> GatewayPlan {
      let text = "defaults: { \(file) }\nroutes: { GET /x: { response: 1, \(route) } }\n"
      return try Self.plan(text, "defaults: { \(gateway) }\n")
    }
    let difference = try Self.difference(plan(file, gateway), plan(newFile, newGateway))
    #expect(difference == keys.map { "~ GET /x: \($0)" })
  }

  @Test func secretsAreNotPrinted() throws {
    let plan = try Self.plan(
      """
      backends: { b: { url: http://a } }
      routes: { GET /x: { calls: { v: { request: GET b /, headers: { k: s3cret } } } } }
      """)
    var text = ""
    dump(plan.routes[0].definition, to: &text)
    #expect(!"\(plan.routes[0].definition)\(text)".contains("s3cret"))
  }
}
