import ArgumentParser
import Definitions
import Foundation

struct Check: ParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  static let configuration = CommandConfiguration(
    abstract: "Read a folder of definitions and tell every error in it.",
    discussion: """
      Exactly as strict as `run`. Exit status: 0 good, 1 errors. Text goes to standard error, one \
      `file:line:column: error: …` each with the line it is about; `--format json` prints a list of \
      {file, line, column, severity, message, hint} to standard output, for editors and CI.
      """)

  @OptionGroup var definitions: DefinitionArguments
  @Option(help: "How errors are printed: \(Format.allCases.map(\.rawValue).joined(separator: " or ")).")
  var format = Format.text

  func run() throws {
    let result = DefinitionLoader.load(
      directory: definitions.directory, environment: ProcessInfo.processInfo.environment)
    switch (result, format) {
    case (.success(let plan), .text):
      print(
        "\(definitions.directory): good, \(count(plan.routes.count, "route")), \(count(plan.backends.count, "backend"))"
      )
    case (.success, .json):
      print("[]")
    case (.failure(let diagnostics), .text):
      printError(diagnostics.text)
      throw ExitCode(1)
    case (.failure(let diagnostics), .json):
      print(diagnostics.json)
      throw ExitCode(1)
    }
  }
}

/// `1 route`, `2 routes`.
func count(_ number: Int, _ noun: String) -> String {
  "\(number) \(noun)\(number == 1 ? "" : "s")"
}
