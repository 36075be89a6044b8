/// Which names say that their value is a secret: of headers, parameters, members of JSON and keys of definitions alike. It is
/// the one list of them, for all that is shown or kept. A secret under any other name is not known as one, and a value that is
/// none may be hidden: better too much than too little.
package enum SecretName {
  /// Headers that are credentials, whatever a definition says, in lower case.
  package static let credentials: Set<String> = ["authorization", "proxy-authorization", "cookie", "set-cookie"]

  /// What a name has in it, whatever is around it.
  private static let parts = [
    "authorization", "password", "passwd", "secret", "token", "apikey", "api-key", "api_key", "cookie", "credential",
    "private", "session", "signature", "subscription-key", "iban", "cardnumber", "card_number", "cvc", "cvv",
  ]

  /// Query parameters that are too short to be looked for within other names.
  private static let parameters: Set<String> = ["key", "sig", "code", "state", "jwt"]

  /// - Parameter name: in any case.
  package static func isSecret(_ name: some StringProtocol) -> Bool {
    let name = name.lowercased()
    return parts.contains { name.contains($0) }
  }

  /// - Parameter name: of a query parameter, decoded, in any case.
  package static func isSecret(parameter name: some StringProtocol) -> Bool {
    parameters.contains(name.lowercased()) || isSecret(name)
  }
}
