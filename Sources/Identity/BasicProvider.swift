import Front
import Hashing
import Passwords
import Plans

/// Knows clients by their passwords (RFC 7617). *Immutable.* Passwords are hashed on threads of their own.
package final class BasicProvider: IdentityProvider {
  package let plan: ProviderPlan
  package let challenge: Challenge?
  private let places = CredentialPlaces([BasicPlan.place])
  private let users: UserTable
  private let checks: PasswordChecks

  package init(_ provider: ProviderPlan, _ plan: BasicPlan, _ checks: PasswordChecks) {
    self.plan = provider
    self.checks = checks
    users = UserTable(plan.users.revealed, provider: provider.name)
    challenge = Challenge("Basic", ["realm": plan.realm ?? provider.name, "charset": "UTF-8"])
  }

  package func credential(of request: IncomingRequest) -> Credential { places.credential(of: request) }

  package func verify(
    _ credential: String, of exchange: Exchange, later: @escaping @Sendable (Verdict) -> Void
  ) -> Verdict? {
    guard let login = Login(credential) else { return .invalid("the credential is no user and password") }
    guard login.password.utf8.count <= PasswordHash.longestPassword else {
      return .invalid("the password is too long")
    }
    guard let user = users.user(for: login.user) else { return .invalid("there are no users") }
    return checks.verdict(of: login, as: user, PasswordAsker(exchange), later: later)
  }
}

/// A user whose password a client's is held to. A value.
struct KnownUser: Sendable {
  let identity: ClientIdentity
  let hash: PasswordHash
  /// The client has not named it: whatever the password is, it does not verify.
  var standsIn = false
}

/// The users of a file by hashes of their names, so that where a name is looked for tells nothing of others. *Immutable.*
struct UserTable: Sendable {
  private let users: [KnownUser]
  private let indices: [Hash256: Int]

  init(_ entries: [UserEntry], provider: String) {
    users = entries.map { KnownUser(identity: ClientIdentity(provider: provider, subject: $0.name), hash: $0.hash) }
    indices = Dictionary(entries.enumerated().map { (Self.hash(of: $1.name), $0) }) { first, _ in first }
  }

  /// For a name that nobody has, somebody stands in, and for one name always the same: so it costs what one of the file's
  /// users does, and time does not tell who is there. `nil`: there are no users.
  func user(for name: String) -> KnownUser? {
    guard !users.isEmpty else { return nil }
    let hash = Self.hash(of: name)
    if let index = indices[hash] { return users[index] }
    var user = users[Int(truncatingIfNeeded: hash.words.0 % UInt64(clamping: users.count))]
    user.standsIn = true
    return user
  }

  private static func hash(of name: String) -> Hash256 {
    var digest = Digest.ofProcess()
    digest.update(name)
    return Hash256(digest)
  }
}
