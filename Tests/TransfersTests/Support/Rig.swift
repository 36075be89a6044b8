import Messages
import Reactor
import Timing

@testable import Transfers

/// A loop on a running reactor, for one test.
func withLoop<R: Sendable>(_ body: @Sendable (TransferLoop) async throws -> R) async rethrows -> R {
  let reactor = Reactor(name: "test")
  let loop = TransferLoop(reactor: reactor)
  reactor.start()
  defer { loop.shutdown() }
  return try await body(loop)
}

/// A loop and a scripted server, for one test.
func withServer<R: Sendable>(
  _ server: ScriptedServer, _ body: @Sendable (TransferLoop, Origin) async throws -> R
) async rethrows -> R {
  defer { server.stop() }
  return try await withLoop { try await body($0, Origin(patient: server.address)) }
}

extension TransferLoop {
  /// As the gateway does it: in a task that prefers the loop.
  func get(_ origin: Origin, _ target: String = "/") async -> Result<TransferResponse, TransferFailure> {
    await send(TransferRequest(origin: origin, target: target))
  }

  func send(_ request: TransferRequest) async -> Result<TransferResponse, TransferFailure> {
    await Task(executorPreference: reactor) { await self.perform(request) }.value
  }
}

extension Result where Success == TransferResponse, Failure == TransferFailure {
  var status: Int? { try? get().status }
  var text: String? { (try? get()).map { String(decoding: $0.body, as: UTF8.self) } }

  /// The outcome's word.
  var word: String {
    switch self {
    case .success: "ok"
    case .failure(.timeout): "timeout"
    case .failure(.connect): "connect"
    case .failure(.invalid): "invalid"
    case .failure(.tooLarge): "tooLarge"
    case .failure(.cancelled): "cancelled"
    }
  }
}

/// `HTTP/1.1 200 OK` with a body of known length.
func ok(_ body: String = "", headers: String = "") -> String {
  "HTTP/1.1 200 OK\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
}

extension TransferLoop {
  /// With a deadline so far from now.
  func sendWithin(_ request: TransferRequest, _ time: Duration) async -> Result<TransferResponse, TransferFailure> {
    var request = request
    request.deadline = Instant.now().advanced(by: time)
    return await send(request)
  }
}

extension Origin {
  /// For a machine that is busy with other tests: no timeout that is not the test's subject.
  convenience init(patient address: String) {
    var settings = OriginSettings()
    settings.connectTimeout = .seconds(600)
    if address.hasPrefix("https:") {
      settings.authorities = try? Certificates.shared.get().authority
      settings.serverName = "backend.internal"
    }
    self.init(address: address, settings: settings)
  }
}

extension StreamRequest {
  /// The same for a stream.
  init(patient origin: Origin, method: String = "GET", target: String) {
    self.init(origin: origin, method: method, target: target)
    headTimeout = .seconds(600)
    idleTimeout = .seconds(600)
  }
}
