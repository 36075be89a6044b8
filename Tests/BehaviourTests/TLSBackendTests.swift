import Foundation
import Testing

extension Behaviour {
  /// Backends over TLS, played by `openssl s_server`.
  @Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl"), "openssl plays the backend"))
  struct TLSBackendTests {
    @Test(arguments: [
      ("tls: { ca: CA, serverName: backend.test }", "ok"), ("tls: { ca: CA }", "connect"),
      ("tls: { serverName: backend.test }", "connect"), ("connectTimeout: 5s", "connect"),
      ("tls: { verify: false }", "ok"), ("tls: { verify: true }", "connect"),
    ])
    func onlyTheRightCertificateIsTrusted(_ settings: String, _ outcome: String) throws {
      let server = try TLSServer()
      let gateway = try GatewayProcess(
        """
        backends:
          secure: { url: "${env.B1}", \(settings.replacing("CA", with: server.certificate)) }
        routes:
          GET /x:
            calls: { v: { request: GET secure /, as: text } }
            response: { outcome: "${calls.v.outcome}", isPage: "${contains(v || '', 'Ciphers')}" }
            meta: { when: never }
        """, backends: [server.url])
      let response = try gateway.exchange("GET /x")
      #expect(response.text == #"{"outcome":"\#(outcome)","isPage":\#(outcome == "ok")}"#)
      try gateway.stopInOrder()
      let warns = gateway.child.errors.text.contains("warning: the certificate is not verified")
      #expect(warns == settings.contains("false"), "\(gateway.child.errors.text)")
    }
  }
}

/// `openssl s_server` with a certificate of its own for `backend.test`. Immutable.
private final class TLSServer {
  let url: String
  /// Path of its certificate, which is its own authority.
  let certificate: String
  private let folder: TemporaryFolder
  private let server: ChildProcess

  init() throws {
    folder = try TemporaryFolder()
    certificate = folder.path + "/certificate.pem"
    let key = folder.path + "/key.pem"
    let request = try ChildProcess(
      "/usr/bin/openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
        "-out", certificate, "-days", "2", "-subj", "/CN=backend.test", "-addext", "subjectAltName=DNS:backend.test",
      ])
    guard request.waitForExit() == 0 else { throw ChildProcess.Failure(what: "no certificate", child: request) }
    server = try ChildProcess(
      "/usr/bin/openssl", ["s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", key, "-www"])
    let port = server.output.wait { $0.firstMatch(of: #/ACCEPT \S+:(\d+)\n/#).map { String($0.1) } }
    guard let port else { throw ChildProcess.Failure(what: "s_server does not listen", child: server) }
    url = "https://127.0.0.1:\(port)"
  }

  deinit { server.kill() }
}
