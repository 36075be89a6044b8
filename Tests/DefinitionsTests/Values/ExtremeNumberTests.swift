import Testing

@testable import Definitions

/// Numbers at the ends of machine types, wherever a definition has one: each is taken or complained about.
@Suite struct ExtremeNumberTests {
  private static let numbers = [
    "9223372036854775807", "-9223372036854775808", "9223372036854775808", "2147483648", "9007199254740993", "-1",
    "1e400", "-1e400", "99999999999999999999", "1152921504606846976",
  ]

  @Test(arguments: [
    "{ url: \"http://h:#\" }", "{ url: http://h, maxConcurrent: # }", "{ url: http://h, maxResponse: #GiB }",
    "{ url: http://h, maxResponse: \"# kb\" }", "{ url: http://h, connectTimeout: #h }",
    "{ url: http://h, connectTimeout: # }", "{ url: http://h, connectTimeout: #.5s }",
    "{ url: http://h, connectTimeout: 1.#s }", "{ url: http://h, connectTimeout: \"# days\" }",
    "{ url: http://h, connectTimeout: \"# hours\" }", "{ url: http://h, retry: { attempts: #, budget: #% } }",
    "{ url: http://h, retry: { budget: #, on: [#] } }", "{ urls: [{ url: http://h, weight: # }] }",
    "{ url: http://h, circuitBreaker: { failureRate: #%, window: #m } }",
  ])
  func ofBackends(_ backend: String) throws {
    try load("backends: { b: \(backend) }\nroutes: { GET /r: { calls: { v: GET b /x } } }")
  }

  @Test(arguments: [
    "status: #, response: 1", "timeout: #ms, response: 1", "timeout: #m, response: 1", "maxAnswer: #B, response: 1",
    "cache: #h, response: 1", "calls: { v: { request: GET b /x, accept: [#, #xx, #-#] } }",
    "calls: { v: { request: GET b /x, each: \"${[`1`]}\", max: #, batch: #, concurrency: # } }",
    "response: \"${[`1`][#]}\"", "response: \"${[`1`, `2`][1::#]}\"", "response: \"${`#` * `#`}\"",
  ])
  func ofRoutes(_ route: String) throws {
    try load("backends: { b: { url: http://h } }\nroutes: { GET /r: { \(route) } }")
  }

  @Test(arguments: [
    "listen: \"0.0.0.0:#\"", "listen: #", "threads: #", "limits: { headerBytes: #MiB, connections: # }",
    "timeouts: { idle: #s, head: #.25s }", "trustedProxies: [10.0.0.0/#]",
    "cache: { redis: \"redis://h:#/#?timeout=#\" }",
    "cache: { redis: { cluster: [\"h:#\"], database: #, timeout: #s } }",
  ])
  func ofTheGateway(_ setting: String) throws {
    try load(setting, as: "gateway.yaml")
  }

  /// - Parameter text: `#` stands for a number.
  private func load(_ text: String, as name: String = "r.yaml") throws {
    for number in Self.numbers {
      let text = text.replacing("#", with: number)
      guard case .failure(let found) = DefinitionLoader.load(files: [(name, text)], environment: [:]) else { continue }
      #expect(!found.text.isEmpty)
    }
  }
}
