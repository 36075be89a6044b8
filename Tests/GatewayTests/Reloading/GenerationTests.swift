import Definitions
import Front
import Plans
import Testing

@testable import Gateway

/// When a generation ends.
@Suite struct GenerationTests {
  private func plan(_ backends: String, route: String = "GET /x: { proxy: a /x }") throws -> GatewayPlan {
    let text = "backends:\n  a: { url: http://127.0.0.1:1 }\n\(backends)\nroutes:\n  \(route)\n"
    return try DefinitionLoader.load(files: [("main.yaml", text)]).get().plan
  }

  /// An exchange holds nothing of it but its route.
  @Test func itLivesAsLongAsARouteOfItIsHeld() async throws {
    var settings = ProcessPlan()
    settings.threads = 1
    let process = ProcessParts(settings)
    let kept = try KeptParts(for: plan(""), on: process)
    var held: Route?
    do {
      let old = Generation(try plan("  gone: { url: http://127.0.0.1:2 }"), on: process, kept)
      held = old.site.routes[0]
    }
    let new = Generation(try plan("  b: { url: http://127.0.0.1:3 }"), on: process, kept)
    #expect(new.site.routes.count == 1)
    // a is one of both.
    #expect(process.backends.count == 3)
    #expect(held != nil)
    held = nil
    #expect(process.backends.count == 2)
    await process.stop()
  }
}
