import Foundation
import Plans
import TestSockets
import Testing

@testable import TLS

@Suite(.ownThreads) struct ServedCertificatesTests {
  @Test func eachClientGetsItsOwn() throws {
    let authority = try TestAuthority()
    let files = try [("shop", ["DNS:shop.test"]), ("all", ["DNS:*.shop.test"])].map { name, names in
      let issued = try authority.issue(name, names)
      return CertificateFiles(.pem(certificate: issued.certificate, key: issued.key))
    }
    let served = try ServedCertificates(files)
    #expect(served.all.count == 2)
    for (host, names) in [
      (nil, ["shop.test"]), ("shop.test", ["shop.test"]), ("a.shop.test", ["*.shop.test"]), ("x.test", ["shop.test"]),
    ] {
      #expect(served.certificate(for: host).names == names)
    }
  }

  @Test func oneThatCannotBeServedEndsIt() throws {
    let authority = try TestAuthority()
    let (good, expired) = (try authority.issue("good"), try authority.issue("expired", days: -1))
    let files = [good, expired].map { CertificateFiles(.pem(certificate: $0.certificate, key: $0.key)) }
    let fault = #expect(throws: CertificateFault.self) { try ServedCertificates(files) }
    #expect(fault?.file == expired.certificate)
  }

  @Test func clientsAuthorities() throws {
    let authority = try TestAuthority()
    try authority.openssl(["x509", "-in", "authority.pem", "-outform", "DER", "-out", "authority.der"])
    let expired = try authority.issue("expired", days: -1)
    try FileManager.default.createDirectory(atPath: authority.path("folder"), withIntermediateDirectories: true)
    func reading(_ ca: String, crl: String? = nil) -> ClientCertificateReading {
      var plan = TLSListenerPlan.ClientCertificates(authorities: ca)
      plan.revocations = crl
      return ClientCertificateReading(plan)
    }
    for path in [authority.certificate, authority.path("authority.der")] {
      #expect(reading(path).faults == [] && reading(path).authorities.count == 1)
    }
    #expect(reading(expired.certificate).faults.map(\.isWarning) == [true])
    #expect(reading(expired.key).faults.map(\.message) == ["holds a private key, and no certificate"])
    #expect(reading(authority.path("folder")).faults.map(\.message) == ["is a folder, and no file"])
    #expect(
      reading(authority.certificate, crl: expired.certificate).faults.map(\.message)
        == ["holds no list of revoked certificates, in PEM or DER"])
    let text = "-----BEGIN X509 CRL-----\n-----END X509 CRL-----\n"
    try Data(text.utf8).write(to: URL(filePath: authority.path("empty.crl")))
    #expect(
      reading(authority.certificate, crl: authority.path("empty.crl")).faults.map(\.message)
        == ["holds no list of revoked certificates, in PEM or DER"])
    try authority.revoke([])
    #expect(reading(authority.certificate, crl: authority.path("list.crl")).faults == [])
  }
}
