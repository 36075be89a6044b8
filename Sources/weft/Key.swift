import ArgumentParser
import Identity
import Plans

struct Key: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make keys for clients.", subcommands: [New.self])

  struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a key, and its entry for the file of keys or for Redis.",
      discussion: """
        Prints the key, which is kept nowhere, to standard error, and to standard output the entry, which does not tell it:

          weft key new --id acme --plan gold >> keys.yaml
          weft key new --id acme --plan gold --redis | redis-cli
        """)

    @Option(help: ArgumentHelp("Whose key it is.", valueName: "name"))
    var id: String

    @Option(help: ArgumentHelp("The client's plan.", valueName: "name"))
    var plan: String?

    @Option(help: ArgumentHelp("The last day on which the key is valid: 2027-12-31.", valueName: "date"))
    var expires: String?

    @Flag(help: "Print the entry as a command of Redis.")
    var redis = false

    @Option(help: ArgumentHelp("The `prefix` of `redis` in gateway.yaml.", valueName: "text"))
    var prefix = RedisSettings.defaultPrefix

    func validate() throws {
      for text in [id, plan ?? id, expires ?? id, prefix] where !Self.isWord(text) {
        throw ValidationError("`\(text)` can't stand in an entry; use letters, digits and `-._@:`")
      }
    }

    func run() {
      let key = NewKey()
      printError("The key, which is not shown again:\n\n  \(key.text)\n")
      print(redis ? command(key) : entry(key))
    }

    private func entry(_ key: NewKey) -> String {
      var entry = "- id: \"\(id)\"\n  sha256: \(key.sha256)"
      if let plan { entry += "\n  plan: \"\(plan)\"" }
      if let expires { entry += "\n  expires: \(expires)" }
      return entry
    }

    private func command(_ key: NewKey) -> String {
      var words = ["HSET", "\(prefix)apikey:\(key.sha256)", "id", id]
      if let plan { words += ["plan", plan] }
      if let expires { words += ["expires", expires] }
      return words.joined(separator: " ")
    }

    private static func isWord(_ text: String) -> Bool {
      let signs = "0123456789-._@:".unicodeScalars
      return !text.isEmpty && text.utf8.count <= 128
        && text.unicodeScalars.allSatisfy { $0.properties.isAlphabetic || signs.contains($0) }
    }
  }
}
