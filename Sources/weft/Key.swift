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

    @Option(
      help: ArgumentHelp(
        "The last day on which the key is valid, 2027-12-31, or its end, 2027-12-31T18:00:00Z.", valueName: "date"))
    var expires: String?

    @Flag(help: "Print the entry as a command of Redis.")
    var redis = false

    @Option(
      help: ArgumentHelp(
        "With --redis: the `prefix` of `redis` in gateway.yaml. (default: \(RedisSettings.defaultPrefix))",
        valueName: "text"))
    var prefix: String?

    func validate() throws {
      for text in [id, plan ?? id] where !Self.isWord(text) {
        throw ValidationError("`\(text)` can't stand in an entry; use letters, digits and `-._@:`")
      }
      if let expires, CalendarDate.end(of: expires) == nil, CalendarDate.instant(expires) == nil {
        throw ValidationError(
          "`\(expires)` is no date; write one such as 2027-12-31, or an instant with its zone: 2027-12-31T18:00:00Z")
      }
      guard let prefix else { return }
      guard redis else {
        throw ValidationError("--prefix is of keys in Redis; write --redis with it, or leave it out")
      }
      guard Self.isPrefix(prefix) else {
        throw ValidationError(
          "`\(prefix)` can't stand in a command of Redis: it is empty, or has `'` or control characters")
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
      let name = "\(prefix ?? RedisSettings.defaultPrefix)apikey:\(key.sha256)"
      var words = ["HSET", Self.isWord(name) ? name : "'\(name)'", "id", id]
      if let plan { words += ["plan", plan] }
      if let expires { words += ["expires", expires] }
      return words.joined(separator: " ")
    }

    private static func isWord(_ text: String) -> Bool {
      let signs = "0123456789-._@:".unicodeScalars
      return !text.isEmpty && text.utf8.count <= 128
        && text.unicodeScalars.allSatisfy { $0.properties.isAlphabetic || signs.contains($0) }
    }

    /// Whether it can stand between single quotes, for a shell and for redis-cli.
    private static func isPrefix(_ text: String) -> Bool {
      !text.isEmpty && text.unicodeScalars.allSatisfy { $0 != "'" && $0.properties.generalCategory != .control }
    }
  }
}
