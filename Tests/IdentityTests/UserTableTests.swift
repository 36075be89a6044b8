import Passwords
import Plans
import Testing

@testable import Identity

@Suite struct UserTableTests {
  private static let hashes = [
    "$2b$04$abcdefghijklmnopqrstuuFuhxWRTXIsURoluSTZ1N4tYaWGn9oOi",
    "$y$j75$saltsaltsaltsalt$g73EMpsSLy0jjNUW4Ubo7EnVgYMzrWKLXnht8D8Y/Y1",
  ]

  private func table() throws -> UserTable {
    let entries = try Self.hashes.enumerated().map { UserEntry("user\($0)", try PasswordHash($1)) }
    return UserTable(entries, provider: "staff")
  }

  @Test func usersAreFoundByTheirNames() throws {
    let table = try table()
    for index in 0...1 {
      let user = table.user(for: "user\(index)")
      #expect(user?.identity.subject == "user\(index)" && user?.identity.provider == "staff" && user?.standsIn == false)
      #expect(user?.hash.text == Self.hashes[index])
    }
  }

  /// Names that nobody has are held to hashes of the file, each always to the same, and altogether to all.
  @Test func forOthersSomebodyStandsIn() throws {
    let table = try table()
    var seen: Set<String> = []
    for number in 0..<200 {
      let user = try #require(table.user(for: "nobody\(number)"))
      #expect(user.standsIn && table.user(for: "nobody\(number)")?.hash == user.hash)
      seen.insert(user.hash.text)
    }
    #expect(seen == Set(Self.hashes))
    for name in ["", "User0", "user0 ", "user\u{30}\u{301}"] { #expect(table.user(for: name)?.standsIn == true) }
  }

  @Test func withoutUsersNobodyStandsIn() {
    #expect(UserTable([], provider: "staff").user(for: "a") == nil)
  }
}
