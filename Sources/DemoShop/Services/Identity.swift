import JSONText

#if canImport(Glibc)
  import Glibc
#endif

/// Who the customers are, told by tokens: a service for the demo, and no pattern for a real one. Its passwords are public, it
/// has no limit of its own and its key is gone with the process. *Immutable.*
///
/// It signs JSON Web Tokens (RFC 7519) by ES256 and publishes its key as a JWK set, so that a gateway can tell whether a
/// token is one of its own.
final class Identity: Sendable {
  /// What tokens say by whom, and for whom, they were made. A name only: nothing is fetched from there.
  static let issuer = "https://identity.shop.example"
  static let audience = "shop"
  /// In seconds: 15 minutes.
  static let lifetime = 900

  /// A customer who may log in.
  private struct Login: Sendable {
    let name: String
    let password: String
    let userID: Int
    /// With spaces between.
    let scope: String
  }

  private static let logins = [
    Login(name: "mira", password: "demo", userID: User.known, scope: "orders:read cart:write"),
    Login(name: "bruno", password: "demo", userID: 7, scope: "orders:read"),
    // Who may look at nothing that is a customer's own.
    Login(name: "guest", password: "demo", userID: 1, scope: ""),
  ]

  private let catalog: Catalog
  private let key = TokenKey()

  init(catalog: Catalog) {
    self.catalog = catalog
  }

  var endpoints: [ShopEndpoint] {
    [
      ShopEndpoint(.POST, "/login", latency: 25) { [self] request in
        guard let body = try? request.json(), let name = body[member: "user"]?.string,
          let password = body[member: "password"]?.string
        else { return .problem(.badRequest, #"send {"user": "mira", "password": "demo"}"#) }
        guard let login = Identity.logins.first(where: { $0.name == name && $0.password == password }) else {
          return .problem(.unauthorized, "no such user, or another password")
        }
        // RFC 6749 §5.1: nobody keeps a token on its way.
        var answer = ShopAnswer.json([
          "access_token": .string(token(of: login)), "token_type": "Bearer", "expires_in": .number(Identity.lifetime),
        ])
        answer.headers.append((name: "Cache-Control", value: "no-store"))
        return answer
      },
      ShopEndpoint(.GET, "/.well-known/jwks.json", latency: 5) { [self] _ in
        .json(["keys": .array([key.jwk])])
      },
    ]
  }

  private func token(of login: Login) -> String {
    let now = time(nil)
    return key.sign([
      "iss": .string(Identity.issuer),
      "aud": .string(Identity.audience),
      "sub": .string(String(login.userID)),
      "name": (catalog.user(String(login.userID))?.name).map { .string($0) } ?? .null,
      "scope": .string(login.scope),
      "iat": .number(now),
      "exp": .number(now + Identity.lifetime),
    ])
  }
}
