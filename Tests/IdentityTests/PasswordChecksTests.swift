import Foundation
import Front
import Locking
import Passwords
import Plans
import Testing

@testable import Identity

/// Passwords that are held to hashes on the threads of a process.
@Suite struct PasswordChecksTests {
  private static let hash = "$2b$04$abcdefghijklmnopqrstuuFuhxWRTXIsURoluSTZ1N4tYaWGn9oOi"

  /// What was told, in order.
  private let told = AsyncStream<String>.makeStream()
  private let checks = PasswordChecks(processors: 2, patience: .seconds(3600))

  private func user(of provider: String = "staff", standsIn: Bool = false) throws -> KnownUser {
    let identity = ClientIdentity(provider: provider, subject: "ann")
    return KnownUser(identity: identity, hash: try PasswordHash(Self.hash), standsIn: standsIn)
  }

  private func login(_ password: String) throws -> Login {
    try #require(Login(Data("ann:\(password)".utf8).base64EncodedString()))
  }

  private static func word(_ verdict: Verdict) -> String {
    switch verdict {
    case .verified(let identity): "\(identity.provider) verified \(identity.subject ?? "")"
    case .invalid(let why), .refused(_, let why): "invalid: \(why)"
    case .unknown(let why), .unavailable(let why): "unknown: \(why)"
    }
  }

  /// Returns what is known at once.
  private func ask(
    _ password: String, _ user: KnownUser, of client: String = "192.0.2.1",
    isAwaited: @escaping @Sendable () -> Bool = { true }
  ) throws -> String? {
    let asker = PasswordAsker(client: client, isAwaited: isAwaited) { body in Task { body() } }
    let told = told.continuation
    return checks.verdict(of: try login(password), as: user, asker) { told.yield(Self.word($0)) }.map(Self.word)
  }

  private func next(_ count: Int = 1) async -> [String] {
    var words: [String] = []
    for await word in told.stream {
      words.append(word)
      if words.count == count { break }
    }
    return words
  }

  @Test func aRightPasswordIsCheckedOnce() async throws {
    #expect(try ask("opensesame", try user()) == nil)
    #expect(await next() == ["staff verified ann"])
    #expect(try ask("opensesame", try user()) == "staff verified ann")
    #expect(try ask("opensesame", try user(of: "other")) == nil)
    #expect(await next() == ["other verified ann"])
    // Who is not there any more is not remembered, though who stands in has the same hash.
    #expect(try ask("opensesame", try user(standsIn: true)) == nil)
    #expect(await next() == ["invalid: there is no such user"])
  }

  @Test func aWrongOneIsCheckedAnewAndSoIsNobodys() async throws {
    for _ in 0..<2 {
      #expect(try ask("other", try user()) == nil)
      #expect(await next() == ["invalid: the password is wrong"])
    }
    // The right password of who stands in lets nobody in.
    #expect(try ask("opensesame", try user(standsIn: true)) == nil)
    #expect(await next() == ["invalid: there is no such user"])
  }

  /// The one thread is kept busy, so that all others wait: 4 of one client, 3 of another, and who shows the same waits for
  /// the same.
  @Test func aClientHasSoManyUnderWayAndNoMore() async throws {
    let gate = DispatchSemaphore(value: 0)
    #expect(
      try ask("first", try user(), of: "b") {
        gate.wait(); return true
      } == nil)
    for number in 0..<6 {
      for _ in 0..<2 { #expect(try ask("\(number)", try user(), of: "a") == nil) }
    }
    for number in 6..<9 { #expect(try ask("\(number)", try user(), of: "b") == nil) }
    let refused = await next(4)
    #expect(refused == Array(repeating: "unknown: \(PasswordChecks.tooManyOfClient)", count: 4))
    gate.signal()
    let words = await next(1 + 2 * PasswordChecks.mostOfClient + 3)
    #expect(words.allSatisfy { $0 == "invalid: the password is wrong" }, "\(words)")
    // All places are given back.
    for number in 10..<14 { #expect(try ask("\(number)", try user(), of: "a") == nil) }
    #expect(await next(4).allSatisfy { $0 == "invalid: the password is wrong" })
  }

  @Test func whatWaitsIsBounded() async throws {
    let gate = DispatchSemaphore(value: 0)
    let begun = AsyncStream<Void>.makeStream()
    #expect(
      try ask("first", try user(), of: "first") {
        begun.continuation.yield()
        gate.wait()
        return true
      } == nil)
    for await _ in begun.stream { break }
    for number in 0...PasswordChecks.mostWaiting {
      #expect(try ask("x", try user(of: "\(number)"), of: "\(number)") == nil)
    }
    #expect(await next() == ["unknown: \(PasswordCheck.tooMany)"])
    gate.signal()
    _ = await next(1 + PasswordChecks.mostWaiting)
  }

  /// Nobody is told before `verdict` has returned.
  @Test func withoutAThreadItIsToldLater() throws {
    let checks = PasswordChecks(
      BlockingThreads(name: "passwords", count: 1, mostWaiting: 1, patience: .seconds(3600)) { _, _ in false })
    let later = Locked<[@Sendable () -> Void]>([])
    let words = Locked<[String]>([])
    let asker = PasswordAsker(client: "192.0.2.1", isAwaited: { true }) { body in later.withLock { $0.append(body) } }
    // All places are given back.
    for count in 1...PasswordChecks.mostOfClient + 1 {
      let known = checks.verdict(of: try login("opensesame"), as: try user(), asker) { verdict in
        words.withLock { $0.append(Self.word(verdict)) }
      }
      #expect(known.map(Self.word) == nil && words.withLock { $0.count } == count - 1)
      for body in later.withLock({ bodies in
        defer { bodies = [] }
        return bodies
      }) { body() }
      #expect(words.withLock { $0 } == Array(repeating: "unknown: \(PasswordCheck.tooMany)", count: count))
    }
  }

  @Test func whoHasLeftIsNotCheckedAndOthersAre() async throws {
    let gate = DispatchSemaphore(value: 0)
    let user = try user()
    let isFirst = Locked(true)
    // Who asks first is gone when its turn comes; who came meanwhile is checked in its place.
    #expect(
      try ask("opensesame", user) {
        if isFirst.withLock({ $0 }) { gate.wait() }
        isFirst.withLock { $0 = false }
        return false
      } == nil)
    #expect(try ask("opensesame", user) == nil)
    gate.signal()
    #expect(await next(2) == ["unknown: \(PasswordCheck.unwanted)", "staff verified ann"])
  }
}
