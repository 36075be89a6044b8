import Foundation
import Plans
import Testing

@testable import Definitions

/// Files of users: what they say, what is said of them, and what is not.
@Suite struct UsersFileTests {
  private static let hash = "$2b$04$abcdefghijklmnopqrstuuFuhxWRTXIsURoluSTZ1N4tYaWGn9oOi"

  private func load(_ users: String, mode: mode_t = 0o600) throws -> Result<LoadedDefinitions, Diagnostics> {
    let files = [
      "users.yaml": users, "gateway.yaml": "auth: { staff: { basic: { users: users.yaml } } }\n",
      "shop.yaml": "routes: { GET /a: { auth: staff, response: 1 } }\n",
    ]
    return try withFolder(files) { folder in
      chmod("\(folder)/users.yaml", mode)
      return DefinitionLoader.load(directory: folder, environment: [:])
    }
  }

  private func names(_ users: String) throws -> [String] {
    guard case .basic(let plan)? = try load(users).get().plan.providers.first?.kind else { return [] }
    return plan.users.revealed.map(\.name)
  }

  private func found(_ users: String, mode: mode_t = 0o600) throws -> [String] {
    let all =
      switch try load(users, mode: mode) {
      case .success(let loaded): loaded.warnings.all
      case .failure(let found): found.all
      }
    return all.map { "\($0.location.line): \($0.message)" }
  }

  @Test func linesAreUsers() throws {
    let hash = Self.hash
    #expect(try names("") == [] && names("# nobody\n\n  \n") == [])
    #expect(try names("ann:\(hash)\nbob:\(hash)") == ["ann", "bob"])
    #expect(try names("ann:\(hash)\r\n\r\n# a comment: x\r\nbob:\(hash):a comment\r\n") == ["ann", "bob"])
    #expect(try names("an n:\(hash)  \njosé:\(hash)\n\u{2028}:\(hash)\n") == ["an n", "josé", "\u{2028}"])
    // Names are told apart by their bytes.
    #expect(try names("é:\(hash)\ne\u{301}:\(hash)\nE\u{301}:\(hash)").count == 3)
  }

  @Test func whatIsWrongIsToldByItsLine() throws {
    let hash = Self.hash
    let users = """
      ann:\(hash)
      secret
      :\(hash)
      ann:\(hash)
      b\u{7}b:\(hash)
      \(String(repeating: "x", count: 257)):\(hash)
      md5:$apr1$secret$secret
      plain:secret
      costly:\(hash.replacing("$04$", with: "$15$"))
      broken:$6$secret$secret
      none:
      """
    let found = try found(users)
    #expect(found.map { $0.prefix { $0 != ":" } } == ["2", "3", "4", "5", "6", "7", "8", "9", "10", "11"])
    let words = [
      "no `:`", "no name", "first is on line 1", "control character", "256 bytes", "Apache's MD5", "is not hashed",
      "cost of 15", "not a whole hash", "is not hashed",
    ]
    for (message, word) in zip(found, words) { #expect(message.contains(word), "\(message)") }
  }

  /// Names, hashes and whatever else somebody has written there stay there.
  @Test func nothingOfItIsShown() throws {
    for text in [
      "s3cret", "s3cret:", ":s3cret", "s3cret:s3cret", "a:$apr1$s3cret", "a:$2y$10$s3cret", "s3cret:x\ns3cret:x",
    ] {
      guard case .failure(let found) = try load(text) else {
        Issue.record("\(text) is taken")
        continue
      }
      #expect(!found.text.contains("s3cret") && !found.json.contains("s3cret"), "\(found.text)")
    }
  }

  @Test func aFileThatOthersCanRead() throws {
    #expect(try found("ann:\(Self.hash)", mode: 0o640).isEmpty)
    #expect(try found("ann:\(Self.hash)", mode: 0o644) == ["1: others can read the file of users"])
  }
}
