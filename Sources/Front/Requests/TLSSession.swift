import JSONText

/// What the two sides of a connection have agreed on by TLS. *Immutable*; made once a connection.
package final class TLSSession: Sendable {
  /// `1.2` or `1.3`.
  package let version: String
  /// OpenSSL's name of it.
  package let cipher: String
  /// The host that the client asked for by SNI.
  package let serverName: String?
  package let certificate: ClientCertificate?

  package init(version: String, cipher: String, serverName: String?, certificate: ClientCertificate?) {
    self.version = version
    self.cipher = cipher
    self.serverName = serverName
    self.certificate = certificate
  }

  /// As expressions see it.
  var json: JSONValue {
    ["version": .string(version), "cipher": .string(cipher), "serverName": serverName.map { .string($0) } ?? .null]
  }
}

/// A client's certificate that was verified. A value.
package struct ClientCertificate: Equatable, Sendable {
  /// RFC 4514: the most specific part first.
  package var subject: String
  package var issuer: String
  /// SHA-256, in hex.
  package var fingerprint: String
  /// In hex, without leading zeros.
  package var serial: String
  /// `DNS:a.test`, `URI:…`, `IP:…`, `email:…`.
  package var sans: [String]
  /// RFC 3339, in UTC.
  package var notAfter: String

  package init(
    subject: String, issuer: String, fingerprint: String, serial: String, sans: [String], notAfter: String
  ) {
    (self.subject, self.issuer, self.fingerprint) = (subject, issuer, fingerprint)
    (self.serial, self.sans, self.notAfter) = (serial, sans, notAfter)
  }

  /// As expressions see it.
  var json: JSONValue {
    [
      "subject": .string(subject), "issuer": .string(issuer), "fingerprint": .string(fingerprint),
      "serial": .string(serial), "sans": .array(sans.map { .string($0) }), "notAfter": .string(notAfter),
    ]
  }
}
