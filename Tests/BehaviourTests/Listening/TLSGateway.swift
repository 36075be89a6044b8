import Foundation
import TestSockets

/// A gateway that speaks TLS, and its certificates. Immutable.
final class TLSGateway: Sendable {
  static let routes = """
    backends: { b1: { url: "${env.B1}" } }
    routes:
      GET /static: { response: { scheme: "${client.scheme}" } }
      GET /call: { calls: { v: GET b1 /call } }
      ANY /p/*rest: { proxy: "b1 /${path.rest}" }
    """

  let process: GatewayProcess
  let authority: TestAuthority

  var port: UInt16 { process.port }

  /// - Parameters:
  ///   - tls: the listener's `tls`, without its certificates: those of `main.test` and `*.wild.test`.
  ///   - more: further keys of the listener.
  ///   - listeners: further ones.
  init(
    tls: String = "", more: String = "", settings: String = "", routes: String = TLSGateway.routes,
    backend: String = "http://127.0.0.1:1", authority: TestAuthority? = nil, listeners: [String] = []
  ) throws {
    let authority = try authority ?? TestAuthority()
    let main = try authority.issue("main", ["DNS:main.test", "DNS:localhost", "IP:127.0.0.1"])
    let wild = try authority.issue("wild", ["DNS:*.wild.test"])
    let tls = tls.replacingOccurrences(of: "FOLDER", with: authority.folder)
    let listen = """
      threads: 1
      listen:
        - address: 127.0.0.1:0
          tls:
            certificates:
              - { certificate: \(main.certificate), key: \(main.key) }
              - { certificate: \(wild.certificate), key: \(wild.key) }
      \(tls.isEmpty ? "" : "      \(tls)\n")\(more.isEmpty ? "" : "    \(more)\n")\(listeners.map { "  - \($0)\n" }.joined())\(settings)

      """
    self.authority = authority
    process = try GatewayProcess(
      files: ["main.yaml": routes, "gateway.yaml": listen], environment: ["B1": backend])
  }

  func url(_ path: String) -> String { "https://127.0.0.1:\(port)\(path)" }

  /// What curl, which verifies the gateway's certificate, writes.
  func curl(_ arguments: String...) throws -> String { try curl(arguments) }

  func curl(_ arguments: [String]) throws -> String {
    let child = try startCurl(arguments)
    guard child.waitForExit() == 0 else { throw ChildProcess.Failure(what: "\(arguments)", child: child) }
    return child.output.text
  }

  func startCurl(_ arguments: [String]) throws -> ChildProcess {
    try ChildProcess(
      "/usr/bin/curl", ["-sS", "--max-time", "\(Patience.seconds)", "--cacert", authority.certificate] + arguments)
  }

  /// What `openssl s_client` says, which ends after the handshake, or where it sends something, with the connection.
  func client(_ arguments: String..., sending input: String? = nil) throws -> String {
    try client(arguments, sending: input)
  }

  func client(_ arguments: [String], sending input: String? = nil) throws -> String {
    let child = try openClient(arguments + (input == nil ? [] : ["-ign_eof"]), input: input ?? "")
    guard child.waitForExit() != nil else { throw ChildProcess.Failure(what: "\(arguments)", child: child) }
    return child.output.text + child.errors.text
  }

  func openClient(_ arguments: [String], input: String) throws -> ChildProcess {
    try ChildProcess(
      "/usr/bin/openssl", ["s_client", "-connect", "127.0.0.1:\(port)", "-CAfile", authority.certificate] + arguments,
      input: input)
  }
}
