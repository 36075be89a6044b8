import Foundation
import Plans
import Testing

@testable import Definitions

@Suite struct DefinitionLoaderTests {
  private func headlines(_ folder: String) -> [String] {
    switch DefinitionLoader.load(directory: folder, environment: [:]) {
    case .success: []
    case .failure(let diagnostics): diagnostics.all.map(\.headline)
    }
  }

  /// The same texts, wherever they are; a change of any of them, a secret's too, makes another one.
  @Test func theFingerprintIsOfTheTexts() throws {
    func fingerprint(_ text: String, secret: String = "s", name: String = "a.yaml") throws -> String {
      try withFolder { folder in
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
        try Data("admin: { address: \"127.0.0.1:0\", token: { file: token } }\n".utf8)
          .write(to: URL(filePath: "\(folder)/gateway.yaml"))
        try Data(secret.utf8).write(to: URL(filePath: "\(folder)/token"))
        return try DefinitionLoader.load(directory: folder, environment: [:]).get().plan.fingerprint
      }
    }
    let text = "routes: { GET /a: { response: 1 } }\n"
    let first = try fingerprint(text)
    #expect(first.count == 16 && first.allSatisfy { $0.isHexDigit })
    let (same, other) = (try fingerprint(text), try fingerprint(text + "# more\n"))
    let (secret, name) = (try fingerprint(text, secret: "t"), try fingerprint(text, name: "b.yaml"))
    #expect(same == first)
    #expect(Set([first, other, secret, name]).count == 4)
  }

  @Test func aMissingFolder() throws {
    try withFolder { folder in
      #expect(headlines("\(folder)/no").first?.hasPrefix("\(folder)/no: error: there is no such folder;") == true)
    }
  }

  @Test func anEmptyFolder() throws {
    try withFolder { folder in
      try Data().write(to: URL(filePath: "\(folder)/.hidden.yaml"))
      try Data().write(to: URL(filePath: "\(folder)/notes.txt"))
      #expect(headlines(folder) == ["\(folder): error: the folder has no `*.yaml` files"])
    }
  }

  @Test func aFileForAFolder() throws {
    try withFolder { folder in
      try Data().write(to: URL(filePath: "\(folder)/a.yaml"))
      #expect(headlines("\(folder)/a.yaml") == ["\(folder)/a.yaml: error: this is a file; a folder is needed"])
    }
  }

  /// As one with comments only.
  @Test func anEmptyFileDefinesNothing() throws {
    try withFolder { folder in
      try Data().write(to: URL(filePath: "\(folder)/a.yaml"))
      #expect(headlines(folder).first?.hasPrefix("\(folder): error: no file here defines a route;") == true)
      try Data("routes: { GET /a: { response: {} } }".utf8).write(to: URL(filePath: "\(folder)/b.yaml"))
      #expect(headlines(folder) == [])
    }
  }

  @Test func filesThatAreNoText() throws {
    try withFolder { folder in
      try Data([0x61, 0xFF]).write(to: URL(filePath: "\(folder)/a.yaml"))
      try Data(repeating: 0x23, count: DefinitionLoader.maxFileBytes + 1).write(to: URL(filePath: "\(folder)/b.yml"))
      try Data("# Caf\u{E9}\na: \u{E9} ".utf8 + [0xE9, 0x0A]).write(to: URL(filePath: "\(folder)/c.yml"))
      try FileManager.default.createDirectory(atPath: "\(folder)/d.yaml", withIntermediateDirectories: false)
      try FileManager.default.createSymbolicLink(atPath: "\(folder)/e.yaml", withDestinationPath: "nowhere")
      #expect(mkfifo("\(folder)/f.yaml", 0o600) == 0)
      #expect(
        headlines(folder + "/") == [
          "\(folder)/a.yaml:1:2: error: the file is not UTF-8 from here on; save it as UTF-8",
          "\(folder)/b.yml: error: the file is larger than 1MiB; split it",
          "\(folder)/c.yml:2:6: error: the file is not UTF-8 from here on; save it as UTF-8",
          "\(folder)/d.yaml: error: this is no file, but ends in `.yaml` or `.yml`",
          "\(folder)/e.yaml: error: the file can't be read: No such file or directory",
          "\(folder)/f.yaml: error: this is no file, but ends in `.yaml` or `.yml`",
        ])
    }
  }

  @Test func aFileOfNothing() throws {
    try withFolder { folder in
      try Data().write(to: URL(filePath: "\(folder)/a.yaml"))
      #expect(headlines(folder).first?.hasPrefix("\(folder): error: no file here defines a route;") == true)
      try Data("routes: { GET /a: { response: 1 } }\n".utf8).write(to: URL(filePath: "\(folder)/b.yaml"))
      #expect(headlines(folder).isEmpty)
    }
  }

  @Test func pathsAreAsGiven() throws {
    try withFolder { folder in
      try Data("rotues: {}\n".utf8).write(to: URL(filePath: "\(folder)/a.yaml"))
      #expect(headlines(folder).first?.hasPrefix("\(folder)/a.yaml:1:1: error: unknown key `rotues`") == true)
    }
  }

  @Test func secretsAndCertificatesAreFoundInTheFolder() throws {
    try withFolder { folder in
      try Data("s3cret\n".utf8).write(to: URL(filePath: "\(folder)/token"))
      let text = """
        backends: { users: { url: https://users, tls: { ca: token } } }
        routes:
          GET /a:
            calls:
              user: { request: GET users /, headers: { authorization: { file: token } } }
        """
      try Data(text.utf8).write(to: URL(filePath: "\(folder)/a.yaml"))
      let plan = try DefinitionLoader.load(directory: folder, environment: [:]).get().plan
      #expect(plan.backends[0].tls.authorities == "\(folder)/token")
      #expect(plan.routes[0].composite?.calls[0].headers[0].value.constant == "s3cret")
      #expect(!"\(plan)".contains("s3cret"))
    }
  }

  @Test func aByteOrderMarkIsNoText() throws {
    let text = "\u{FEFF}routes: { GET /a: { response: 1, x: 2 } }"
    let failure = #expect(throws: Diagnostics.self) { try plan(("a.yaml", text)) }
    #expect(failure?.all.first?.location.column == 34)
  }

  @Test func aliasesRepeat() throws {
    let text = """
      routes:
        GET /a: &route { response: { a: &list [1, 2.50], b: *list } }
        GET /b: *route
      """
    let routes = try plan(("a.yaml", text)).routes
    #expect(
      routes.map { $0.composite?.response?.constant?.jsonText }
        == Array(repeating: #"{"a":[1,2.50],"b":[1,2.50]}"#, count: 2))
  }
}
