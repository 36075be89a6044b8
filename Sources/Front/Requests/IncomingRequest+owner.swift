// What requests are told apart by where what is one client's must not be another's.
extension IncomingRequest {
  /// Who the client has shown to be, by whatever credential; `nil` where it has no subject, or an empty one, which several
  /// may have.
  package var owner: (provider: String, subject: String)? {
    guard let identity, let subject = identity.subject, !subject.isEmpty else { return nil }
    return (identity.provider, subject)
  }

  /// What the client sends as `Authorization`: its lines, or one text for all of them where they hold bytes that are no text.
  package var authorization: [String] {
    opaque.text(of: "authorization").map { [$0] } ?? headers["authorization"]
  }

  /// The certificate of a client that has shown who it is without a subject: one may have names alone.
  package var namelessCertificate: ClientCertificate? {
    identity != nil && owner == nil ? client.certificate : nil
  }
}
