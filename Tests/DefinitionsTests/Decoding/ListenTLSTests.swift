import Foundation
import Plans
import TestSockets
import Testing

@testable import Definitions

/// `tls` of a listener, with certificates that are made for it.
@Suite(.ownThreads) struct ListenTLSTests {
  private func load(_ gateway: String, _ authority: TestAuthority) -> Result<LoadedDefinitions, Diagnostics> {
    let files = [("gateway.yaml", gateway), ("shop.yaml", "routes: { GET /a: { response: 1 } }")]
    return DefinitionLoader.load(files: files, environment: ["KEY": "shop.key"], folder: authority.folder)
  }

  @Test func aListener() throws {
    let authority = try TestAuthority()
    try authority.issue("shop", ["DNS:shop.test"])
    try authority.openssl([
      "pkcs12", "-export", "-in", "shop.pem", "-inkey", "shop.key", "-out", "a.p12", "-passout", "pass:secret",
    ])
    try Data("secret\n".utf8).write(to: URL(filePath: authority.path("passphrase")))
    let loaded = try load(
      """
      listen:
        - address: 0.0.0.0:8443
          tls:
            certificates: [{ certificate: shop.pem, key: "${env.KEY}" }]
            minVersion: "1.3"
            clientCertificates: { ca: authority.pem, verify: request }
        - address: 0.0.0.0:8444
          http2: false
          tls:
            certificates: [{ pkcs12: a.p12, passphrase: { file: passphrase } }]
            ciphers: ECDHE+AESGCM
            clientCertificates: { ca: authority.pem }
      hsts: { maxAge: 365d, includeSubdomains: true }
      """, authority
    ).get()
    #expect(loaded.warnings.all.map(\.headline) == [])
    let process = loaded.plan.process
    let pem = CertificateFiles(.pem(certificate: authority.path("shop.pem"), key: authority.path("shop.key")))
    var first = TLSListenerPlan(certificates: [pem])
    first.minVersion = .tls13
    first.clientCertificates = .init(authorities: authority.certificate)
    first.clientCertificates?.verification = .request
    #expect(process.listeners[0].tls == first && process.listeners[0].http2 == .alpn)
    let second = try #require(process.listeners[1].tls)
    #expect(second.certificates == [CertificateFiles(.pkcs12(authority.path("a.p12")), passphrase: Secret("secret"))])
    #expect(second.ciphers == "ECDHE+AESGCM" && second.minVersion == .tls12)
    #expect(second.clientCertificates?.verification == .require && process.listeners[1].http2 == .off)
    #expect(process.hsts?.fieldValue == "max-age=31536000; includeSubDomains")
    // A new passphrase is a change.
    #expect(loaded.plan.files.revealed == [authority.path("passphrase"): "secret"])
  }

  @Test func whatIsWrongIsToldAtItsKey() throws {
    let authority = try TestAuthority()
    try authority.issue("one", ["DNS:one.test", "DNS:shop.test"])
    try authority.issue("two", ["DNS:two.test", "DNS:*.two.test", "DNS:shop.test"])
    try authority.issue("expired", days: -1)
    try authority.issue("late", days: 3)
    chmod(authority.path("two.key"), 0o644)
    let result = load(
      """
      listen:
        address: 0.0.0.0:8443
        tls:
          certificates:
            - { certificate: one.pem, key: one.key }
            - { certificate: two.pem, key: two.key }
            - { certificate: one.pem, key: two.key }
            - { certificate: one.key, key: one.pem }
            - { certificate: expired.pem, key: expired.key }
            - { certificate: late.pem, key: late.key, passphrase: unneeded }
          clientCertificates: { ca: one.key, crl: one.pem }
      """, authority)
    guard case .failure(let found) = result else { throw Unexpected() }
    let lines = found.all.map {
      $0.headline.replacing(/\d{4}-\d\d-\d\d/, with: "DAY").replacing(/in \d days/, with: "in N days")
    }
    #expect(
      lines == [
        "gateway.yaml:6:9: warning: the certificate at gateway.yaml:5:9 has `shop.test`, too, and is the one that clients "
          + "get",
        "gateway.yaml:6:38: warning: `two.key` is a private key that others may read (mode 0644); chmod 600",
        "gateway.yaml:7:9: warning: the certificate at gateway.yaml:5:9 has `one.test`, `shop.test`, too, and is the one "
          + "that clients get",
        "gateway.yaml:7:38: warning: `two.key` is a private key that others may read (mode 0644); chmod 600",
        "gateway.yaml:7:38: error: `two.key` does not fit the certificate",
        "gateway.yaml:8:24: error: `one.key` holds a private key, and no certificate",
        "gateway.yaml:8:38: error: `one.pem` holds a certificate, and no private key",
        "gateway.yaml:9:24: error: `expired.pem` expired on DAY; renew it",
        "gateway.yaml:10:9: warning: the certificate at gateway.yaml:9:9 has `localhost`, too, and is the one that clients "
          + "get",
        "gateway.yaml:10:24: warning: `late.pem` expires on DAY, in N days; renew it",
        "gateway.yaml:11:31: error: `one.key` holds a private key, and no certificate",
        "gateway.yaml:11:45: error: `one.pem` holds no list of revoked certificates, in PEM or DER",
      ])
  }

  private struct Unexpected: Error {}
}
