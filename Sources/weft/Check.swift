import ArgumentParser
import Definitions
import Foundation

struct Check: ParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  static let configuration = CommandConfiguration(
    abstract: "Read a folder of definitions and tell every error and warning in it.",
    discussion: """
      Exactly as strict as `run`. Exit status: 0 good, 1 errors. Text goes to standard error, one \
      `file:line:column: error: …` each with the line it is about; `--format json` prints a list of \
      {file, line, column, severity, message, hint} to standard output, for editors and CI. A warning is of what can \
      be served but is hardly meant; with `--strict` it is an error.
      """)

  @OptionGroup var definitions: DefinitionArguments
  @Option(help: "How errors are printed: \(Format.allCases.map(\.rawValue).joined(separator: " or ")).")
  var format = Format.text
  @Flag(help: "Warnings are errors.")
  var strict = false

  func run() throws {
    switch DefinitionLoader.load(
      directory: definitions.directory, environment: ProcessInfo.processInfo.environment)
    {
    case .success(let loaded) where loaded.warnings.all.isEmpty || !strict:
      report(loaded.warnings)
      if format == .text { print(summary(loaded)) }
    case .success(let loaded):
      report(loaded.warnings.strict)
      throw ExitCode(1)
    case .failure(let found):
      report(strict ? found.strict : found)
      throw ExitCode(1)
    }
  }

  private func report(_ found: Diagnostics) {
    switch format {
    case .text: if !found.all.isEmpty { printError(found.text) }
    case .json: print(found.json)
    }
  }

  private func summary(_ loaded: LoadedDefinitions) -> String {
    let warnings = loaded.warnings.all.count
    return "\(definitions.directory): good, \(count(loaded.plan.routes.count, "route")), "
      + count(loaded.plan.backends.count, "backend") + (warnings > 0 ? ", \(count(warnings, "warning"))" : "")
  }
}

/// `1 route`, `2 routes`.
func count(_ number: Int, _ noun: String) -> String {
  "\(number) \(noun)\(number == 1 ? "" : "s")"
}
