import Foundation
import Front
import Listening
import Plans
import Reactor
import TestServers
import Transfers
import Upstream

@testable import Proxying

/// Blocks the thread, which must be one of a raw backend's.
func blockUntil(_ signal: Signal<Void>) {
  let semaphore = DispatchSemaphore(value: 0)
  Task {
    await signal.wait()
    semaphore.signal()
  }
  _ = semaphore.wait(timeout: .now() + 20)
}

/// A server with one proxy route to `backend`, which all that is below its path goes to.
func withProxy(
  to backend: RawBackend, _ route: String = "ANY /*rest", _ template: String = "b /${path.rest}",
  threads: Int = 1, change: (inout ProxyPlan, inout BackendPlan) throws -> Void = { _, _ in },
  _ body: (HTTPServer, Int) async throws -> Void
) async throws {
  let location = SourceLocation(file: "test.yaml", line: 1, column: 1)
  var backendPlan = BackendPlan(
    name: "b", addresses: [BackendPlan.Address(origin: backend.url)], location: location)
  let line = try RequestLine(template, hasMethod: false)
  var plan = ProxyPlan(request: try RequestTemplate.compile(line, backend: 0, rest: "rest"))
  plan.reads.path = .all
  try change(&plan, &backendPlan)
  let backends = Backends([backendPlan])
  let lanes = (0..<threads).map { index in
    let reactor = Reactor(name: "test-\(index)")
    let loop = TransferLoop(reactor: reactor)
    reactor.start()
    return TransferLane(UpstreamClient(backends: backends, loop: loop))
  }
  let endpoint = ProxyEndpoint(plan, backend: backendPlan, lanes: lanes, logger: quietLogger())
  try await withServer([(entry(route, isProxy: true), endpoint)], threads: threads, body)
  for lane in lanes { lane.reactor.stop() }
}
