import Front
import Hashing
import Locking
import Messages
import Passwords

/// *Guarded by its lock*, as are its parts. Where passwords are held to hashes, in the whole process: on a few threads of
/// their own, since that takes milliseconds to a second; once for all who show the same, and then not for a while.
package final class PasswordChecks: Sendable {
  /// Checks that wait for a thread; above it 503.
  static let mostWaiting = 64
  /// Of one that waits.
  package static let patience: Duration = .seconds(2)
  /// Checks of one client's, by its address or IPv6 network, that wait or are under way; above it 503.
  static let mostOfClient = 4
  static let tooManyOfClient = "too many passwords of this client are being checked"
  /// For how long a password that was right needs no check.
  static let memory: Duration = .seconds(300)

  private let threads: BlockingThreads<PasswordCheck>
  private let verdicts = VerdictMemory()
  /// The number of checks by client: as many at most as there are checks.
  private let clients = Locked<[String: Int]>([:])

  /// - Parameter processors: those that the process can keep busy; half of them are left to everything else.
  package convenience init(processors: Int, patience: Duration = PasswordChecks.patience) {
    self.init(
      BlockingThreads(
        name: "passwords", count: max(1, processors / 2), mostWaiting: Self.mostWaiting, patience: patience))
  }

  init(_ threads: BlockingThreads<PasswordCheck>) {
    self.threads = threads
  }

  /// Returns what is known already; `nil`: `later` is called once.
  func verdict(
    of login: Login, as user: KnownUser, _ asker: PasswordAsker, later: @escaping @Sendable (Verdict) -> Void
  ) -> Verdict? {
    verdicts.verdict(of: Self.hash(of: login, user)) { [self] verdict in
      // Who came first has left before its turn, and others showed the same.
      if case .unknown(PasswordCheck.unwanted) = verdict, asker.isAwaited() {
        if let verdict = self.verdict(of: login, as: user, asker, later: later) { later(verdict) }
      } else {
        later(verdict)
      }
    } ask: { completion in
      begin(login, as: user, asker, completion)
    }
  }

  /// Who showed what, to whom, and what it is held to: a password is asked for anew where its entry changes.
  private static func hash(of login: Login, _ user: KnownUser) -> Hash256 {
    var digest = Digest.ofProcess()
    // Who was there, and is not any more, is another than the one who stands in, whatever the hash of that one is.
    digest.update((user.standsIn ? 1 : 0) as UInt8)
    for text in [user.identity.provider, user.hash.text, login.user, login.password] { digest.update(counted: text) }
    return Hash256(digest)
  }

  private func begin(
    _ login: Login, as user: KnownUser, _ asker: PasswordAsker, _ completion: @escaping VerdictMemory.Completion
  ) {
    let client = asker.client
    guard let turn = take(client) else { return refuse(Self.tooManyOfClient, asker, completion) }
    let check = PasswordCheck(login: login, user: user, turn: turn, asker: asker) { [self] verdict, lifetime in
      giveBack(client)
      completion(verdict, lifetime)
    }
    if !threads.begin(check) {
      giveBack(client)
      refuse(PasswordCheck.tooMany, asker, completion)
    }
  }

  /// Not at once: nobody is told before `verdict` has returned.
  private func refuse(_ why: String, _ asker: PasswordAsker, _ completion: @escaping VerdictMemory.Completion) {
    asker.soon { completion(.unknown(why), .zero) }
  }

  /// Returns how many of the client's were there before; `nil`: too many.
  private func take(_ client: String) -> Int? {
    clients.withLock { clients in
      let count = clients[client] ?? 0
      guard count < Self.mostOfClient else { return nil }
      clients[client] = count + 1
      return count
    }
  }

  private func giveBack(_ client: String) {
    clients.withLock { clients in
      let count = clients[client] ?? 1
      clients[client] = count > 1 ? count - 1 : nil
    }
  }
}

/// A request for which a password is checked. A value.
struct PasswordAsker: Sendable {
  /// Its client's address, or the network of that: by this checks are counted.
  let client: String
  /// Somebody waits for the verdict. Any thread.
  let isAwaited: @Sendable () -> Bool
  /// Runs something on the request's loop, and not before it returns.
  let soon: @Sendable (@escaping @Sendable () -> Void) -> Void
}

extension PasswordAsker {
  init(_ exchange: Exchange) {
    let address = exchange.request.client.address
    self.init(
      client: IPAddress(address)?.network.text ?? address, isAwaited: { exchange.isAwaited },
      soon: { exchange.soonOnLoop($0) })
  }
}

/// One password and the hash that it is held to. A value.
struct PasswordCheck: BlockingWork {
  static let tooMany = "too many passwords wait to be checked"
  static let unwanted = "nobody waits for the check of a password any more"

  let login: Login
  let user: KnownUser
  let turn: Int
  /// Who asked first.
  let asker: PasswordAsker
  /// Called once.
  let completion: VerdictMemory.Completion

  /// Blocks for as long as the hash takes.
  func run() {
    guard asker.isAwaited() else { return completion(.unknown(Self.unwanted), .zero) }
    if user.hash.matches(login.password), !user.standsIn {
      completion(.verified(user.identity), PasswordChecks.memory)
    } else {
      completion(.invalid(user.standsIn ? "there is no such user" : "the password is wrong"), .zero)
    }
  }

  /// Not at once: the asker may just have begun this.
  func giveUp() { asker.soon { completion(.unknown(Self.tooMany), .zero) } }
}
