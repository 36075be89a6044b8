import NIOSSL
import Plans
import TestSockets
import Testing

@testable import TLS

@Suite(.ownThreads) struct ClientVerifierTests {
  private static func fault(
    of certificate: String, trusting authority: String, lists: String? = nil
  ) throws -> String? {
    var plan = TLSListenerPlan.ClientCertificates(authorities: authority)
    plan.revocations = lists
    let reading = ClientCertificateReading(plan)
    #expect(reading.faults == [])
    return try #require(reading.verifier).fault(of: NIOSSLCertificate.fromPEMFile(certificate))
  }

  @Test func whoSignedThem() throws {
    let (authority, other) = (try TestAuthority(), try TestAuthority())
    let (good, foreign) = (try authority.issue("good"), try other.issue("foreign"))
    let expired = try authority.issue("expired", days: -1)
    #expect(try Self.fault(of: good.certificate, trusting: authority.certificate) == nil)
    #expect(try Self.fault(of: foreign.certificate, trusting: authority.certificate) != nil)
    #expect(
      try Self.fault(of: expired.certificate, trusting: authority.certificate) == "certificate has expired")
    // A single certificate is trusted, and no other of its authority.
    #expect(try Self.fault(of: foreign.certificate, trusting: foreign.certificate) == nil)
    #expect(try Self.fault(of: good.certificate, trusting: foreign.certificate) != nil)
  }

  @Test(arguments: [false, true]) func revokedOnes(_ isDER: Bool) throws {
    let authority = try TestAuthority()
    let (good, bad) = (try authority.issue("good"), try authority.issue("bad"))
    try authority.revoke([bad.certificate])
    var list = authority.path("list.crl")
    if isDER {
      try authority.openssl(["crl", "-in", "list.crl", "-outform", "DER", "-out", "list.der"])
      list = authority.path("list.der")
    }
    #expect(try Self.fault(of: good.certificate, trusting: authority.certificate, lists: list) == nil)
    #expect(try Self.fault(of: bad.certificate, trusting: authority.certificate, lists: list) == "certificate revoked")
  }

  @Test func facts() throws {
    let authority = try TestAuthority()
    let issued = try authority.issue(
      "client", ["DNS:a.test", "URI:spiffe://a/b", "IP:127.0.0.1", "IP:::1", "email:a@b.test"])
    let certificate = try #require(try NIOSSLCertificate.fromPEMFile(issued.certificate).first)
    #expect(certificate.subject == "CN=client" && certificate.issuer == "CN=authority")
    #expect(
      certificate.alternativeNames
        == ["DNS:a.test", "URI:spiffe://a/b", "IP:127.0.0.1", "IP:::1", "email:a@b.test"])
    #expect(certificate.fingerprint.count == 64 && !certificate.serial.hasPrefix("0"))
    #expect(certificate.end.hasSuffix("Z") && certificate.end.count == 20)
  }
}
