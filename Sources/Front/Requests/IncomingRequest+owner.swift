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

  /// What tells clients without a subject apart: what they have shown, and their certificate. `nil` where there is a subject,
  /// or nobody asked.
  package var namelessCredentials: [String]? {
    guard identity != nil, owner == nil else { return nil }
    let texts = [shown, client.certificate?.fingerprint]
    return texts.contains { $0 != nil } ? texts.map { $0 ?? "" } : nil
  }
}
