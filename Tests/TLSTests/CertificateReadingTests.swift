import Foundation
import Plans
import TestSockets
import Testing

@testable import TLS

/// What is said of the files of a certificate.
@Suite(.ownThreads) struct CertificateReadingTests {
  private static let day = 86_400

  private func faults(_ certificate: String, _ key: String, passphrase: String? = nil) -> [String] {
    let files = CertificateFiles(.pem(certificate: certificate, key: key), passphrase: passphrase.map { Secret($0) })
    return words(CertificateReading(files))
  }

  private func words(_ reading: CertificateReading) -> [String] {
    #expect((reading.certificate == nil) == reading.faults.contains { !$0.isWarning })
    return reading.faults.map { fault in
      #expect("\(fault)".hasPrefix("\(fault.file) \(fault.message)"))
      return "\(fault.isWarning ? "warning" : "error") \(fault.subject): \(fault.message)"
    }
  }

  private func write(_ text: String, to path: String) throws -> String {
    try Data(text.utf8).write(to: URL(filePath: path))
    chmod(path, 0o600)
    return path
  }

  @Test func aGoodOne() throws {
    let authority = try TestAuthority()
    let shop = try authority.issue("shop", ["DNS:Shop.test", "DNS:*.shop.test", "IP:127.0.0.1", "email:a@shop.test"])
    let reading = CertificateReading(CertificateFiles(.pem(certificate: shop.certificate, key: shop.key)))
    #expect(reading.faults == [])
    #expect(reading.names == ["shop.test", "*.shop.test"])
    let certificate = try #require(reading.certificate)
    #expect(certificate.chain.count == 1 && certificate.names == reading.names)
    #expect((89...90).contains((certificate.notAfter - time(nil)) / Self.day))
  }

  @Test func times() throws {
    let authority = try TestAuthority()
    let shop = try authority.issue("shop", days: 30)
    let files = CertificateFiles(.pem(certificate: shop.certificate, key: shop.key))
    let end = try #require(CertificateReading(files).certificate?.notAfter)
    let day = CertificateReading.day(end)
    func said(_ now: Int) -> [String] { words(CertificateReading(files, at: now)) }
    let begin = end - 30 * Self.day
    #expect(said(begin - 1) == ["error certificate: is not valid before \(CertificateReading.day(begin))"])
    #expect(said(begin) == [])
    #expect(said(end - 14 * Self.day) == [])
    #expect(said(end - 14 * Self.day + 1) == ["warning certificate: expires on \(day), in 13 days"])
    #expect(said(end - Self.day) == ["warning certificate: expires on \(day), in 1 day"])
    #expect(said(end) == ["warning certificate: expires on \(day), within a day"])
    #expect(said(end + 1) == ["error certificate: expired on \(day)"])
    let expired = try authority.issue("expired", days: -1)
    #expect(faults(expired.certificate, expired.key).map { $0.prefix(31) } == ["error certificate: expired on 2"])
  }

  @Test func names() throws {
    let authority = try TestAuthority()
    let nameless = try authority.issue("nameless", [])
    #expect(
      faults(nameless.certificate, nameless.key)
        == ["warning certificate: has no subject alternative name, and clients look at no other"])
    let address = try authority.issue("address", ["IP:127.0.0.1"])
    #expect(faults(address.certificate, address.key) == [])
  }

  @Test func keysThatDoNotFit() throws {
    let authority = try TestAuthority()
    let (one, two) = (try authority.issue("one"), try authority.issue("two"))
    #expect(faults(one.certificate, two.key) == ["error key: does not fit the certificate"])
    let both = try [two, one].map { try String(contentsOfFile: $0.certificate, encoding: .utf8) }.joined()
    let chain = try write("some text\n\(both)", to: authority.path("chain.pem"))
    let reading = CertificateReading(CertificateFiles(.pem(certificate: chain, key: one.key)))
    #expect(reading.faults.map(\.hint) == ["it is of certificate 2 in that file: put this first"])
    #expect(faults(chain, two.key) == [])
    try authority.openssl(["genrsa", "-out", "rsa.key", "2048"])
    #expect(faults(one.certificate, authority.path("rsa.key")) == ["error key: does not fit the certificate"])
  }

  @Test func chains() throws {
    let authority = try TestAuthority()
    let shop = try authority.issue("shop")
    let expired = try authority.issue("expired", days: -1)
    let text = try [shop.certificate, authority.certificate, expired.certificate].map {
      try String(contentsOfFile: $0, encoding: .utf8)
    }.joined(separator: "\r\n")
    let chain = try write(text, to: authority.path("chain.pem"))
    let reading = CertificateReading(CertificateFiles(.pem(certificate: chain, key: shop.key)))
    #expect(reading.certificate?.chain.count == 3)
    #expect(words(reading).map { $0.prefix(58) } == ["warning certificate: has a chain whose certificate 3 expir"])
  }

  @Test func filesOfOtherKinds() throws {
    let authority = try TestAuthority()
    let shop = try authority.issue("shop")
    try authority.openssl(["x509", "-in", "shop.pem", "-outform", "DER", "-out", "shop.der"])
    try authority.openssl(["pkey", "-in", "shop.key", "-outform", "DER", "-out", "key.der"])
    chmod(authority.path("key.der"), 0o600)
    let empty = try write("", to: authority.path("empty"))
    func part(_ label: String) -> String { "-----BEGIN \(label)-----\nAAAA\n-----END \(label)-----\n" }
    let broken = try write(part("CERTIFICATE"), to: authority.path("broken"))
    let noKey = try write(part("PRIVATE KEY"), to: authority.path("nokey"))
    let ssh = try write("-----BEGIN OPENSSH PRIVATE KEY-----\n", to: authority.path("ssh"))
    let large = try write(String(repeating: "a", count: CertificateFile.largest + 1), to: authority.path("large"))
    let missing = authority.path("missing")
    for (path, certificate, key) in [
      (missing, "does not exist", "does not exist"),
      (authority.folder, "is a folder, and no file", "is a folder, and no file"),
      (large, "is larger than 1MiB", "is larger than 1MiB"),
      (empty, "is empty", "is empty"),
      (broken, "holds a certificate that can't be read", "holds a certificate, and no private key"),
      (noKey, "holds a private key, and no certificate", "holds a private key that can't be read"),
      (ssh, "holds a private key, and no certificate", "is a key of OpenSSH, which TLS does not use"),
      (authority.path("shop.der"), "holds no certificate in PEM", "holds no private key in PEM"),
    ] {
      #expect(faults(path, shop.key) == ["error certificate: \(certificate)"])
      #expect(faults(shop.certificate, path) == ["error key: \(key)"])
    }
    let reading = CertificateReading(
      CertificateFiles(.pem(certificate: authority.path("shop.der"), key: authority.path("key.der"))))
    #expect(reading.faults.compactMap(\.hint).allSatisfy { $0.contains("-inform DER") } && reading.faults.count == 2)
    #expect(mkfifo(authority.path("pipe"), 0o600) == 0)
    #expect(faults(authority.path("pipe"), shop.key) == ["error certificate: is no file"])
  }

  @Test func whoMayReadTheKey() throws {
    let authority = try TestAuthority()
    let shop = try authority.issue("shop")
    chmod(shop.key, 0o640)
    #expect(
      faults(shop.certificate, shop.key) == ["warning key: is a private key that others may read (mode 0640)"])
    chmod(shop.key, 0o400)
    #expect(faults(shop.certificate, shop.key) == [])
    chmod(shop.certificate, 0o644)
    #expect(faults(shop.certificate, shop.key) == [])
  }

  @Test(arguments: ["-aes256", "-traditional -aes256"]) func encryptedKeys(_ form: String) throws {
    let authority = try TestAuthority()
    let shop = try authority.issue("shop")
    let key = authority.path("encrypted.key")
    let words = form.split(separator: " ").map(String.init)
    try authority.openssl(["pkey", "-in", "shop.key", "-out", key, "-passout", "pass:open sesame"] + words)
    // Its passphrase guards it.
    chmod(key, 0o644)
    #expect(faults(shop.certificate, key) == ["error key: is encrypted"])
    #expect(faults(shop.certificate, key, passphrase: "open sesame") == [])
    for wrong in ["closed", ""] {
      #expect(
        faults(shop.certificate, key, passphrase: wrong) == ["error passphrase: can't be opened by this passphrase"])
    }
    for wrong in ["öffne dich", String(repeating: "a", count: 1024)] {
      #expect(
        faults(shop.certificate, key, passphrase: wrong)
          == ["error passphrase: has a passphrase of more than 1023 characters, or not of ASCII"])
    }
  }

  @Test func pkcs12() throws {
    let authority = try TestAuthority()
    let shop = try authority.issue("shop", ["DNS:shop.test"])
    func reading(_ name: String, _ passphrase: String? = nil) -> CertificateReading {
      CertificateReading(
        CertificateFiles(.pkcs12(authority.path(name)), passphrase: passphrase.map { Secret($0) }))
    }
    let export = ["pkcs12", "-export", "-in", "shop.pem"]
    let (key, others) = (["-inkey", "shop.key"], ["-certfile", "authority.pem"])
    try authority.openssl(export + key + others + ["-out", "a.p12", "-passout", "pass:secret"])
    let good = reading("a.p12", "secret")
    #expect(words(good) == [] && good.names == ["shop.test"] && good.certificate?.chain.count == 2)
    #expect(words(reading("a.p12")) == ["error pkcs12: can't be opened without a passphrase"])
    #expect(words(reading("a.p12", "wrong")) == ["error passphrase: can't be opened by this passphrase"])
    try authority.openssl(export + key + ["-out", "open.p12", "-passout", "pass:"])
    #expect(words(reading("open.p12")) == [])
    // These end the process in NIOSSL.
    try authority.openssl(export + ["-nokeys", "-out", "nokey.p12", "-passout", "pass:secret"])
    #expect(words(reading("nokey.p12", "secret")) == ["error pkcs12: holds no private key that can be used"])
    try authority.openssl(
      ["pkcs12", "-export", "-nocerts", "-inkey", "shop.key", "-out", "nocert.p12", "-passout", "pass:secret"])
    #expect(words(reading("nocert.p12", "secret")) == ["error pkcs12: holds no certificate that can be read"])
    #expect(words(reading("shop.pem", "secret")) == ["error pkcs12: is no PKCS #12 file"])
    _ = try write("", to: authority.path("empty.p12"))
    #expect(words(reading("empty.p12")) == ["error pkcs12: is empty"])
    _ = shop
  }
}
