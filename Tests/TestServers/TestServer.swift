import Front
import Listening
import Logging
import Messages
import NIOPosix
import Plans
import TestSockets
import Testing

/// Patterns and routes as the tests write them.
package func pattern(_ text: String) -> PathPattern {
  let segments = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { segment in
    if segment.hasPrefix(":") { return PathPattern.Segment.parameter(String(segment.dropFirst())) }
    if segment.hasPrefix("*") { return .rest(String(segment.dropFirst())) }
    return .literal(String(segment))
  }
  return PathPattern(segments: segments)
}

package func methods(_ text: String) -> MethodSet {
  text == "ANY" ? .any : .only(text.split(separator: "|").map(String.init))
}

/// `GET|POST /a/:id` on hosts.
package func entry(_ route: String, hosts: [String] = [], isProxy: Bool = false) -> Router.Entry {
  let parts = route.split(separator: " ", maxSplits: 1)
  return Router.Entry(methods(String(parts[0])), pattern(String(parts[1])), hosts: hosts, isProxy: isProxy)
}

package func quietLogger() -> Logger {
  Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

package func testSettings() -> ServerSettings {
  ServerSettings(logger: quietLogger())
}

/// An endpoint that hands its exchanges to the test.
package struct ClosureEndpoint: Endpoint {
  package var body = BodyMode.ignored
  private let closure: @Sendable (Exchange) -> Void

  package init(body: BodyMode = .ignored, _ closure: @escaping @Sendable (Exchange) -> Void) {
    self.body = body
    self.closure = closure
  }

  package func serve(_ exchange: Exchange) { closure(exchange) }
}

/// Answers with the text.
package func say(_ text: String, status: Int = 200, body: BodyMode = .ignored) -> AnswerEndpoint {
  AnswerEndpoint(body: body) { _ in Answer(status: status, body: Array(text.utf8)) }
}

/// One route that says hello.
package let hello: [(Router.Entry, any Endpoint)] = [(entry("GET /hello"), say("hello"))]

/// A server on a free port for the time of `body`, which may block.
package func withServer(
  _ routes: [(Router.Entry, any Endpoint)], settings: ServerSettings = testSettings(), threads: Int = 1,
  _ body: (HTTPServer, Int) async throws -> Void
) async throws {
  try await withTaskExecutorPreference(ThreadPerJob.shared) {
    try await serve(routes, settings, threads, body)
  }
}

private func serve(
  _ routes: [(Router.Entry, any Endpoint)], _ settings: ServerSettings, _ threads: Int,
  _ body: (HTTPServer, Int) async throws -> Void
) async throws {
  let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
  let site = Site(routes.map { ($0, [], $1) })
  let server = try await HTTPServer.start(
    [ListenerPlan(.tcp(ListenAddress(host: "127.0.0.1", port: 0)))], group: group, site: site, settings: settings)
  do {
    try await body(server, server.tcpAddress?.port ?? 0)
  } catch {
    Issue.record(error)
  }
  _ = await server.drain(within: .zero)
  try await group.shutdownGracefully()
}
