import Foundation

/// `weft demo` over the repository's compositions, on free ports. Immutable.
final class DemoProcess: Sendable {
  let child: ChildProcess
  let port: UInt16
  let adminPort: UInt16
  /// By service name: `orders`.
  let services: [String: UInt16]

  init() throws {
    child = try WeftBinary.start(
      ["demo", "compositions", "--shop-port", "0", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"],
      folder: WeftBinary.repository)
    guard let ports = child.output.wait(for: GatewayProcess.ports) else {
      child.kill()
      _ = child.waitForExit()
      throw ChildProcess.Failure(what: "weft demo did not say where it listens", child: child)
    }
    (port, adminPort) = ports
    let lines = child.output.text.matches(of: #/demo (\w+) +http://127\.0\.0\.1:(\d+)/#)
    services = Dictionary(lines.compactMap { line in UInt16(line.2).map { (String(line.1), $0) } }) { $1 }
  }

  deinit { if !child.hasEnded { child.kill() } }

  func exchange(_ requestLine: String, headers: [String] = [], body: String? = nil) throws -> RawResponse {
    try RawClient.exchange(port: port, requestLine, headers: headers, body: body.map { Array($0.utf8) })
  }

  /// The same, asked again where a deadline of `compositions/` was missed: on a busy machine that says nothing.
  func exchangeInTime(_ requestLine: String) throws -> RawResponse {
    var response = try exchange(requestLine)
    for _ in 0..<20 where response["Weft-Outcome"]?.contains("outcome=timeout") == true {
      response = try exchange(requestLine)
    }
    return response
  }

  /// Asks a service itself.
  func ask(_ service: String, _ requestLine: String, body: String? = nil) throws -> RawResponse {
    guard let port = services[service] else {
      throw ChildProcess.Failure(what: "the demo did not say where \(service) listens", child: child)
    }
    return try RawClient.exchange(port: port, requestLine, body: body.map { Array($0.utf8) })
  }

  func setFault(_ service: String, _ fault: String) throws {
    let response = try ask(service, "POST /__fault", body: fault)
    guard (200..<300).contains(response.status) else {
      throw ChildProcess.Failure(what: "the fault was refused: \(response)", child: child)
    }
  }

  func stop() throws -> Int32 {
    child.terminate()
    guard let status = child.waitForExit() else {
      child.kill()
      throw ChildProcess.Failure(what: "weft demo did not end after SIGTERM", child: child)
    }
    return status
  }
}
