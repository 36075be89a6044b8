import Foundation
import Plans
import Testing

@testable import Definitions

/// Files of API keys: what they say, what is said of them, and what is not.
@Suite struct KeysFileTests {
  private static let hash = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
  private static let other = "fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9"
  private static let gateway = "auth: { partners: { apiKey: { keys: keys.yaml } } }\n"
  private static let routes = "routes: { GET /a: { auth: partners, response: 1 } }\n"

  private func load(
    _ keys: String, gateway: String = gateway, mode: mode_t = 0o600, others: [String: String] = [:]
  ) throws -> Result<LoadedDefinitions, Diagnostics> {
    let files = ["keys.yaml": keys, "gateway.yaml": gateway, "shop.yaml": Self.routes].merging(others) { $1 }
    return try withFolder(files) { folder in
      chmod("\(folder)/keys.yaml", mode)
      return DefinitionLoader.load(directory: folder, environment: ["SECRET": "s3cret"]).map {
        LoadedDefinitions(plan: $0.plan, warnings: $0.warnings.relative(to: folder))
      }.mapError { $0.relative(to: folder) }
    }
  }

  private func found(_ keys: String, gateway: String = gateway, mode: mode_t = 0o600) throws -> Diagnostics {
    switch try load(keys, gateway: gateway, mode: mode) {
    case .success(let loaded): loaded.warnings
    case .failure(let found): found
    }
  }

  private func entries(_ keys: String) throws -> [APIKeyEntry] {
    let plan = try load(keys).get().plan
    guard case .apiKey(let keys)? = plan.providers.first?.kind else { return [] }
    return keys.keys.revealed
  }

  @Test(
    arguments: [
      ("2027-12-31", 1_830_297_600_000), ("\"2027-12-31\"", 1_830_297_600_000),
      ("2027-12-31T18:00:00Z", 1_830_276_000_000), ("'2027-12-31T18:00:00+02:00'", 1_830_268_800_000),
    ] as [(String, Int64)])
  func aDateIsAWholeDay(_ text: String, _ milliseconds: Int64) throws {
    #expect(try entries("- { id: a, sha256: \(Self.hash), expires: \(text) }").map(\.expires) == [milliseconds])
  }

  @Test(arguments: [
    "2027", "20271231", "1830297600", "2027-12-31 18:00:00", "2027-12-31T18:00:00", "31.12.2027", "2027-02-30", "never",
    "\"\"", "null", "[2027-12-31]", "true",
  ])
  func whatIsNoDate(_ text: String) throws {
    let found = try found("- { id: a, sha256: \(Self.hash), expires: \(text) }")
    #expect(found.all.map(\.location) == [SourceLocation(file: "keys.yaml", line: 1, column: 95)], "\(found.text)")
    #expect(found.all.first?.message.contains("2027-12-31") == true && found.all.first?.severity == .error)
  }

  @Test func nothingInItIsNoKey() throws {
    for text in ["", "\n", "# none yet\n", "[]"] { #expect(try entries(text).isEmpty) }
  }

  /// Hashes, keys and whatever else somebody has written there stay there.
  @Test(arguments: [
    "SECRET", "- SECRET", "SECRET: acme", "- { SECRET: 1, SECRET: 2 }", "- id: a\n  sha256: SECRET\n",
    "- { id: a, sha256s: SECRET }", "- { id: a, sha256s: [SECRET] }", "- { id: [SECRET], sha256: SECRET }",
    "- { id: a, sha256: HASH, expires: SECRET }", "- { id: a, sha256: HASH, disabled: SECRET }",
    "- { id: a, sha256: HASH, groups: SECRET }", "- { id: a, sha256: HASH, plan: [SECRET] }",
    "- { id: \"${SECRET}\", sha256: HASH }", "- { id: \"${env.SECRET}\", sha256: HASH }",
    "- { id: a, sha256: HASH, expires: \"${env.SECRET}\" }",
    "- { id: a, sha256: HASH }\n- { id: SECRET, sha256: HASH }",
    "- { id: a, sha256: *SECRET }", "- &SECRETS a\n- *SECRET", "- !SECRET a", "- { id: a, sha256: SECRET",
    "- id: a\n sha256: SECRET",
    "- id: a\n\tsha256: SECRET", "- id: a: SECRET", "- `SECRET", "--- SECRET\n--- SECRET", "- SECRET\u{0}",
    "- \"SECRET", "? [SECRET]",
    "- { <<: SECRET }", "- { id: a, sha256: HASH, subject: SECRET }", "- { id: a, sha256: HASH, expire: SECRET }",
  ])
  func nothingOfItIsShown(_ text: String) throws {
    let secret = "s3cret0Value"
    let keys = text.replacing("SECRET", with: secret).replacing("HASH", with: Self.hash)
    let found = try found(keys)
    #expect(found.all.contains { $0.location.file == "keys.yaml" }, "\(found.text)")
    for text in [found.text, found.json] {
      #expect(!text.contains(secret) && !text.contains("s3cret") && !text.contains(Self.hash), "\(text)")
    }
    #expect(found.all.allSatisfy { $0.location.file != "keys.yaml" || $0.excerpt == nil })
  }

  /// So long as it is not known which files are definitions, a file that may be one of keys is not taken for one.
  @Test(arguments: [
    "auth: { partners: { apiKey: { keys: keys.yaml } }\n", "auth: { partners: { apiKey: { keys: key.yaml } } }\n",
    "auth: { partners: { apiKey: [] } }\n", "auth: [keys.yaml]\n", "threads: 1\n", "- keys.yaml\n",
  ])
  func aBrokenGatewayShowsNoKeys(_ gateway: String) throws {
    for keys in ["- { id: a, sha256: \(Self.hash) }\n", "- id: a\n  sha256: \(Self.hash)\n  disabled: [yes\n"] {
      let isBroken = keys.contains("[yes")
      // A file of keys that is broken, and that nobody names, looks like any other.
      if isBroken, !gateway.contains("keys.yaml } }\n") { continue }
      let found = try found(keys, gateway: gateway)
      #expect(!found.all.isEmpty && !found.text.contains(Self.hash), "\(found.text)")
    }
  }

  /// The mode alone decides, whoever it is that looks.
  @Test(
    arguments: [(0o600, false), (0o640, false), (0o611, false), (0o604, true), (0o644, true), (0o777, true)]
      as [(mode_t, Bool)])
  func aFileThatOthersCanRead(_ mode: mode_t, _ isWarned: Bool) throws {
    let found = try found("- { id: a, sha256: \(Self.hash) }", mode: mode).all.map(\.headline)
    let warning = "gateway.yaml:1:37: warning: others can read the file of keys; `chmod o= keys.yaml`"
    #expect(found == (isWarned ? [warning] : []))
  }

  @Test func aMisspeltMemberIsToldOf() throws {
    for (name, meant) in [("expire", "expires"), ("disable", "disabled"), ("sha265s", "sha256s")] {
      let found = try found("- { id: a, sha256: \(Self.hash), \(name): x }").all.map(\.headline)
      #expect(found.count == 1 && found[0].hasPrefix("keys.yaml:1:86: warning: `\(name)` says nothing of a key"))
      #expect(found[0].hasSuffix("did you mean `\(meant)`?"))
    }
    #expect(try found("- { id: a, sha256: \(Self.hash), tenant: x, region: y }").all.isEmpty)
  }

  /// A file of the folder that gateway.yaml names is none of routes, however it is written there.
  @Test(arguments: ["keys.yaml", "./keys.yaml", "x/../keys.yaml", "${env.NAME}.yaml"])
  func itIsNoFileOfRoutes(_ name: String) throws {
    let files = [
      "keys.yaml": "- { id: a, sha256: \(Self.hash) }", "shop.yaml": Self.routes,
      "gateway.yaml": Self.gateway.replacing("keys.yaml", with: "\"\(name)\""),
    ]
    let loaded = try withFolder(files) { folder in
      try FileManager.default.createDirectory(atPath: "\(folder)/x", withIntermediateDirectories: false)
      return try DefinitionLoader.load(directory: folder, environment: ["NAME": "keys"]).get()
    }
    #expect(loaded.plan.routes.count == 1 && loaded.plan.providers.count == 1)
    #expect(loaded.plan.files.revealed.count == 1)
  }

  /// What is typed is a word of the shell, from the folder on.
  @Test func whatIsToBeTyped() {
    let loading = Loading(environment: [:], folder: "/srv/weft")
    let paths = [
      ("keys.yaml", "keys.yaml"), ("./a//b/../keys.yaml", "a/keys.yaml"), ("../keys.yaml", "../keys.yaml"),
      ("/etc/./weft/keys.yaml", "/etc/weft/keys.yaml"), ("my keys.yaml", "'my keys.yaml'"), ("it's", "'it'\\''s'"),
      ("/srv/weft/keys.yaml", "keys.yaml"), ("/../a", "/a"),
    ]
    for (path, typed) in paths { #expect(loading.typed(loading.path(path)) == typed) }
  }
}

extension Diagnostics {
  fileprivate func relative(to folder: String) -> Diagnostics {
    Diagnostics(
      all.map { diagnostic in
        var diagnostic = diagnostic
        diagnostic.location.file = diagnostic.location.file.replacing("\(folder)/", with: "")
        return diagnostic
      })
  }
}
