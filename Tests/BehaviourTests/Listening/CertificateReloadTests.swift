import Foundation
import TestSockets
import Testing

extension Behaviour {
  /// Certificates that change while the gateway serves.
  @Suite struct CertificateReloadTests {
    private static func subject(_ gateway: TLSGateway) throws -> String? {
      try gateway.client("-noservername").firstMatch(of: #/subject=CN ?= ?(\w+)/#).map { String($0.1) }
    }

    /// New handshakes see the new one, and a connection that is open goes on.
    @Test(arguments: ["--http1.1", "--http2"]) func aNewCertificateIsServed(_ version: String) throws {
      let barrier = Barrier(2)
      let backend = try ScriptedBackend { request in
        request.target == "/first" ? .json("1").waiting(at: barrier) : .json("2")
      }
      defer { backend.stop() }
      let gateway = try TLSGateway(backend: backend.url)
      #expect(try Self.subject(gateway) == "main")
      let kept = try gateway.startCurl([
        version, "-w", "%{num_connects}\n", gateway.url("/p/first"), gateway.url("/p/second"),
      ])
      backend.waitForRequests(1)
      let new = try gateway.authority.issue("new", ["DNS:main.test", "IP:127.0.0.1"])
      for (from, to) in [(new.certificate, "main.pem"), (new.key, "main.key")] {
        try FileManager.default.removeItem(atPath: gateway.authority.path(to))
        try FileManager.default.copyItem(atPath: from, toPath: gateway.authority.path(to))
      }
      let report = try gateway.process.reload()
      #expect(report.status == 200 && report.text == "~ gateway: certificates\n", "\(report)")
      #expect(try Self.subject(gateway) == "new")
      barrier.open()
      #expect(kept.waitForExit() == 0, "\(kept.errors.text)")
      #expect(kept.output.text == "11\n20\n", "\(kept.output.text)")
      let again = try gateway.process.reload()
      #expect(again.text == "nothing changed\n", "\(again)")
      try gateway.process.stopInOrder()
    }

    /// A pair that does not fit is refused, and the old one served.
    @Test func aBrokenPairChangesNothing() throws {
      let gateway = try TLSGateway()
      let key = gateway.authority.path("main.key")
      try FileManager.default.removeItem(atPath: key)
      try FileManager.default.copyItem(atPath: gateway.authority.path("wild.key"), toPath: key)
      let report = try gateway.process.reload()
      #expect(report.status != 200 && report.text.contains("does not fit the certificate"), "\(report)")
      #expect(try Self.subject(gateway) == "main")
      #expect(try gateway.curl(gateway.url("/static")) == #"{"scheme":"https"}"#)
      try gateway.process.stopInOrder()
    }

    /// How TLS is spoken is taken over; another address is not.
    @Test func settingsAreTakenOver() throws {
      let gateway = try TLSGateway()
      let path = "\(gateway.process.path)/gateway.yaml"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      try gateway.process.write(
        text.replacingOccurrences(of: "    tls:\n", with: "    tls:\n      minVersion: \"1.3\"\n")
          .replacingOccurrences(of: "          certificates", with: "      certificates"), to: "gateway.yaml")
      let changed = try String(contentsOfFile: path, encoding: .utf8)
      #expect(changed != text)
      let report = try gateway.process.reload()
      #expect(report.text == "~ gateway: listen\n", "\(report) \(changed)")
      #expect(try gateway.client("-tls1_2").contains("alert"))
      #expect(try gateway.client("-tls1_3").contains("New, TLSv1.3"))
      try gateway.process.write(changed + "  - \"127.0.0.1:0\"\n", to: "gateway.yaml")
      #expect(try gateway.process.reload().text.contains("only a restart takes over listen"))
      #expect(try gateway.curl(gateway.url("/static")) == #"{"scheme":"https"}"#)
      try gateway.process.stopInOrder()
    }

    /// The revoked lose what they could resume.
    @Test func aNewListIsObeyed() throws {
      let authority = try TestAuthority()
      try authority.revoke([])
      let client = try authority.issue("client")
      let gateway = try TLSGateway(
        tls: "clientCertificates: { ca: FOLDER/authority.pem, crl: FOLDER/list.crl }", authority: authority)
      let session = authority.path("session")
      let request = "GET /static HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
      let options = ["-cert", client.certificate, "-key", client.key]
      let first = try gateway.client(options + ["-sess_out", session], sending: request)
      #expect(first.contains("https"), "\(first)")
      try authority.revoke([client.certificate])
      #expect(try gateway.process.reload().text == "~ gateway: certificates\n")
      let second = try gateway.client(options + ["-sess_in", session], sending: request)
      #expect(second.contains("alert") && !second.contains("https"), "\(second)")
      try gateway.process.stopInOrder()
    }
  }
}
