import Foundation
import TestSockets
import Testing

extension Behaviour {
  /// Whose certificates clients may have, and what routes see of them.
  @Suite struct ClientCertificateTests {
    private static let routes = """
      routes:
        GET /who: { response: { certificate: "${client.certificate}", tls: "${client.tls}" } }
        GET /subject: { response: { of: "${client.certificate.subject}" } }
        GET /cached: { cache: 60s, response: { of: "${client.certificate.subject}" } }
      """

    private static func gateway(_ verify: String, _ authority: TestAuthority) throws -> TLSGateway {
      if !FileManager.default.fileExists(atPath: authority.path("list.crl")) { try authority.revoke([]) }
      return try TLSGateway(
        tls: "clientCertificates: { ca: FOLDER/authority.pem, crl: FOLDER/list.crl\(verify) }", routes: routes,
        authority: authority)
    }

    private static func with(_ issued: TestAuthority.Issued) -> [String] {
      ["--cert", issued.certificate, "--key", issued.key]
    }

    @Test(arguments: ["--http1.1", "--http2"]) func theyAreVerified(_ version: String) throws {
      let (authority, other) = (try TestAuthority(), try TestAuthority())
      let good = try authority.issue("good", ["DNS:good.test", "URI:spiffe://good"])
      let (foreign, revoked) = (try other.issue("foreign"), try authority.issue("revoked"))
      try authority.revoke([revoked.certificate])
      for verify in ["", ", verify: request"] {
        let gateway = try Self.gateway(verify, authority)
        for bad in [foreign, revoked] {
          #expect(throws: ChildProcess.Failure.self) {
            try gateway.curl([version] + Self.with(bad) + [gateway.url("/subject")])
          }
        }
        let said = try gateway.curl([version] + Self.with(good) + [gateway.url("/subject")])
        #expect(said == #"{"of":"CN=good"}"#)
        if verify.isEmpty {
          #expect(throws: ChildProcess.Failure.self) { try gateway.curl([version, gateway.url("/subject")]) }
        } else {
          #expect(try gateway.curl([version, gateway.url("/subject")]) == #"{"of":null}"#)
        }
        try gateway.process.stopInOrder()
      }
    }

    @Test func theyAreInScope() throws {
      let authority = try TestAuthority()
      let good = try authority.issue("good", ["DNS:good.test", "URI:spiffe://good"])
      let gateway = try Self.gateway(", verify: request", authority)
      let address = "127.0.0.1:\(gateway.port)"
      let said = try JSONTree(
        parsing: gateway.curl(
          Self.with(good) + ["--connect-to", "main.test:443:\(address)", "--tls-max", "1.2", "https://main.test/who"]))
      let certificate = said["certificate"]
      #expect(certificate?["subject"]?.string == "CN=good" && certificate?["issuer"]?.string == "CN=authority")
      #expect(certificate?["sans"]?.elements.map(\.string) == ["DNS:good.test", "URI:spiffe://good"])
      #expect(said["tls"]?["version"]?.string == "1.2" && said["tls"]?["serverName"]?.string == "main.test")
      #expect(said["tls"]?["cipher"]?.string?.hasPrefix("ECDHE-ECDSA-AES") == true)
      let digest = try ChildProcess(
        "/usr/bin/openssl", ["x509", "-in", good.certificate, "-noout", "-fingerprint", "-sha256", "-serial"])
      #expect(digest.waitForExit() == 0)
      let facts = digest.output.text.lowercased().replacingOccurrences(of: ":", with: "")
      #expect(facts.contains("fingerprint=\(certificate?["fingerprint"]?.string ?? "?")\n"))
      #expect(facts.contains(certificate?["serial"]?.string ?? "?"))
      let none = try gateway.curl(["--no-alpn", "--tlsv1.3", gateway.url("/who")])
      #expect(none.contains(#""certificate":null"#) && none.contains(#""version":"1.3","cipher":"TLS_"#))
      try gateway.process.stopInOrder()
    }

    /// A client does not get what was kept for another one.
    @Test func theyAreInKeys() throws {
      let authority = try TestAuthority()
      let (one, two) = (try authority.issue("one"), try authority.issue("two"))
      let gateway = try Self.gateway("", authority)
      for _ in 0..<2 {
        #expect(try gateway.curl(Self.with(one) + [gateway.url("/cached")]) == #"{"of":"CN=one"}"#)
        #expect(try gateway.curl(Self.with(two) + [gateway.url("/cached")]) == #"{"of":"CN=two"}"#)
      }
      #expect(try gateway.curl(Self.with(one) + ["-I", gateway.url("/cached")]).contains("private"))
      try gateway.process.stopInOrder()
    }

    /// A session that is resumed has the certificate that it began with.
    @Test(arguments: ["-tls1_2", "-tls1_3"]) func sessionsKeepTheirs(_ version: String) throws {
      let authority = try TestAuthority()
      let good = try authority.issue("good")
      let gateway = try Self.gateway("", authority)
      let session = authority.path("session")
      let request = "GET /subject HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
      let first = try gateway.client(
        version, "-cert", good.certificate, "-key", good.key, "-sess_out", session, sending: request)
      #expect(first.contains("New, TLS") && first.contains("CN=good\""), "\(first)")
      let second = try gateway.client(version, "-sess_in", session, sending: request)
      #expect(second.contains("Reused, TLS") && second.contains(#"{"of":"CN=good"}"#), "\(second)")
      try gateway.process.stopInOrder()
    }
  }
}
