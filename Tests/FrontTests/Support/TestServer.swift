import Logging
import Messages
import NIOPosix
import Plans
import TestSockets
import Testing

@testable import Front

/// Patterns and routes as the tests write them.
func pattern(_ text: String) -> PathPattern {
  let segments = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { segment in
    if segment.hasPrefix(":") { return PathPattern.Segment.parameter(String(segment.dropFirst())) }
    if segment.hasPrefix("*") { return .rest(String(segment.dropFirst())) }
    return .literal(String(segment))
  }
  return PathPattern(segments: segments)
}

func methods(_ text: String) -> MethodSet {
  text == "ANY" ? .any : .only(text.split(separator: "|").map(String.init))
}

/// `GET|POST /a/:id` on hosts.
func entry(_ route: String, hosts: [String] = [], isProxy: Bool = false) -> Router.Entry {
  let parts = route.split(separator: " ", maxSplits: 1)
  return Router.Entry(methods(String(parts[0])), pattern(String(parts[1])), hosts: hosts, isProxy: isProxy)
}

func quietLogger() -> Logger {
  Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

func testSettings() -> ServerSettings {
  ServerSettings(logger: quietLogger())
}

/// An endpoint that hands its exchanges to the test.
struct ClosureEndpoint: Endpoint {
  var body = BodyMode.ignored
  let closure: @Sendable (Exchange) -> Void

  func serve(_ exchange: Exchange) { closure(exchange) }
}

/// Answers with the text.
func say(_ text: String, status: Int = 200, body: BodyMode = .ignored) -> ReplyEndpoint {
  ReplyEndpoint(body: body) { _ in Reply(status: status, body: Array(text.utf8)) }
}

/// One route that says hello.
let hello: [(Router.Entry, any Endpoint)] = [(entry("GET /hello"), say("hello"))]

/// A server on a free port for the time of `body`, which may block.
func withServer(
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
  let site = Site(router: Router(routes.map(\.0)), endpoints: routes.map(\.1))
  let server = try await HTTPServer.start(
    on: ListenAddress(host: "127.0.0.1", port: 0), group: group, site: site, settings: settings)
  do {
    try await body(server, server.address.port)
  } catch {
    Issue.record(error)
  }
  _ = await server.drain(within: .zero)
  try await group.shutdownGracefully()
}
