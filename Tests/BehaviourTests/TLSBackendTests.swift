import Foundation
import TestSockets
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

    /// A session that is resumed would keep the certificate that it began with.
    @Test func aNewCertificateIsShownByNewConnections() throws {
      let authority = try TestAuthority()
      let (old, new) = (try authority.issue("former"), try authority.issue("latter"))
      // It closes each connection behind its answer, which says whose certificate it has seen.
      let server = try TLSServer(["-Verify", "1", "-CAfile", authority.certificate])
      let tls = "ca: \(server.certificate), serverName: backend.test, certificate: shown.pem, key: shown.key"
      let gateway = try GatewayProcess(
        files: [
          "gateway.yaml": "threads: 1\n",
          "main.yaml": """
          backends:
            secure: { url: "${env.B1}", tls: { \(tls) } }
          routes:
            GET /x:
              calls: { v: { request: GET secure /, as: text } }
              response: { former: "${contains(v, 'former')}", latter: "${contains(v, 'latter')}" }
          """,
          "shown.pem": String(contentsOfFile: old.certificate, encoding: .utf8),
          "shown.key": String(contentsOfFile: old.key, encoding: .utf8),
        ], environment: ["B1": server.url])
      #expect(try gateway.exchange("GET /x").text == #"{"former":true,"latter":false}"#)
      try gateway.write(String(contentsOfFile: new.certificate, encoding: .utf8), to: "shown.pem")
      try gateway.write(String(contentsOfFile: new.key, encoding: .utf8), to: "shown.key")
      #expect(try gateway.exchange("GET /x").text == #"{"former":false,"latter":true}"#)
      try gateway.stopInOrder()
    }

    /// libcurl would keep the authorities of a path for a day.
    @Test func aNewAuthorityCountsForNewConnections() throws {
      let server = try TLSServer()
      let other = try TestAuthority()
      let gateway = try GatewayProcess(
        files: [
          "gateway.yaml": "threads: 1\n",
          "main.yaml": """
          backends:
            secure: { url: "${env.B1}", tls: { ca: trusted.pem, serverName: backend.test } }
          routes:
            GET /x:
              calls: { v: { request: GET secure /, as: text } }
              response: { outcome: "${calls.v.outcome}" }
              meta: { when: never }
          """,
          "trusted.pem": String(contentsOfFile: other.certificate, encoding: .utf8),
        ], environment: ["B1": server.url])
      #expect(try gateway.exchange("GET /x").text == #"{"outcome":"connect"}"#)
      try gateway.write(String(contentsOfFile: server.certificate, encoding: .utf8), to: "trusted.pem")
      #expect(try gateway.exchange("GET /x").text == #"{"outcome":"ok"}"#)
      try gateway.stopInOrder()
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

  /// - Parameter more: of what it is asked.
  init(_ more: [String] = []) throws {
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
      "/usr/bin/openssl", ["s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", key, "-www"] + more)
    let port = server.output.wait { $0.firstMatch(of: #/ACCEPT \S+:(\d+)\n/#).map { String($0.1) } }
    guard let port else { throw ChildProcess.Failure(what: "s_server does not listen", child: server) }
    url = "https://127.0.0.1:\(port)"
  }

  deinit { server.kill() }
}
