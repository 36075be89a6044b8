import Messages
import Plans
import Reactor
import Timing
import Transfers

@testable import Upstream

/// *Immutable.* A running transfer loop and a client on it.
final class TestLoop: Sendable {
  let reactor: Reactor
  let loop: TransferLoop
  let backends: Backends
  let client: UpstreamClient

  private init(_ backends: Backends) {
    reactor = Reactor(name: "test")
    loop = TransferLoop(reactor: reactor)
    self.backends = backends
    client = UpstreamClient(backends: backends, loop: loop)
    reactor.start()
  }

  /// Runs `body` on the loop, with one backend per plan.
  static func run<Value: Sendable>(
    _ plans: BackendPlan..., body: @escaping @Sendable (TestLoop) async throws -> Value
  ) async throws -> Value {
    try await run(sharing: Backends(plans), body: body)
  }

  static func run<Value: Sendable>(
    sharing backends: Backends, body: @escaping @Sendable (TestLoop) async throws -> Value
  ) async throws -> Value {
    let loop = TestLoop(backends)
    let result = await Task(executorPreference: loop.reactor) { try await body(loop) }.result
    loop.loop.shutdown()
    loop.reactor.stop()
    return try result.get()
  }

  /// Lets the loop do its other work until `condition` holds.
  func until(_ condition: () -> Bool) async {
    while !condition() { try? await reactor.sleep(until: Instant.now().advanced(by: .milliseconds(1))) }
  }
}

extension BackendPlan {
  /// A backend at these addresses; `configure` sets the rest.
  static func test(_ origins: String..., configure: (inout BackendPlan) -> Void = { _ in }) -> BackendPlan {
    var plan = BackendPlan(
      name: "test", addresses: origins.map { Address(origin: $0) },
      location: SourceLocation(file: "test.yaml", line: 1, column: 1))
    configure(&plan)
    return plan
  }
}

extension CallRequest {
  static func test(_ method: String = "GET", _ target: String = "/", backend: Int = 0) -> CallRequest {
    CallRequest(backend: backend, method: method, target: target)
  }
}

extension UpstreamClient {
  /// On the loop's thread. Ends at once when its task is cancelled.
  func send(_ request: CallRequest, within time: Duration = .seconds(30)) async -> CallResponse {
    let given = Given()
    return await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        let deadline = Instant.now().advanced(by: time)
        let call = UpstreamCall(self, request, deadline: deadline) { continuation.resume(returning: $0) }
        given.call = call
        if Task.isCancelled { call.cancel() } else { call.start() }
      }
    } onCancel: {
      loop.reactor.execute { given.call?.cancel() }
    }
  }
}

/// *Confined to* the loop's thread.
private final class Given: @unchecked Sendable {
  var call: UpstreamCall?
}
