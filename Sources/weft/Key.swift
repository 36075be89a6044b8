import ArgumentParser
import Identity

struct Key: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make keys for clients.", subcommands: [New.self])

  struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a key, and the entry for the file of keys.",
      discussion: """
        Prints the key, which is kept nowhere, to standard error, and to standard output the entry, which does not tell it:

          weft key new --id acme --plan gold >> keys.yaml
        """)

    @Option(help: ArgumentHelp("Whose key it is.", valueName: "name"))
    var id: String

    @Option(help: ArgumentHelp("The client's plan.", valueName: "name"))
    var plan: String?

    @Option(help: ArgumentHelp("The last day on which the key is valid: 2027-12-31.", valueName: "date"))
    var expires: String?

    func validate() throws {
      for text in [id, plan ?? id, expires ?? id] where !Self.isWord(text) {
        throw ValidationError("`\(text)` can't stand in an entry; use letters, digits and `-._@:`")
      }
    }

    func run() {
      let key = NewKey()
      printError("The key, which is not shown again:\n\n  \(key.text)\n")
      var entry = "- id: \"\(id)\"\n  sha256: \(key.sha256)"
      if let plan { entry += "\n  plan: \"\(plan)\"" }
      if let expires { entry += "\n  expires: \(expires)" }
      print(entry)
    }

    private static func isWord(_ text: String) -> Bool {
      let signs = "0123456789-._@:".unicodeScalars
      return !text.isEmpty && text.utf8.count <= 128
        && text.unicodeScalars.allSatisfy { $0.properties.isAlphabetic || signs.contains($0) }
    }
  }
}
