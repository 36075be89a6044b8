import ArgumentParser
import Definitions
import Foundation
import Plans

/// The folder that most commands take first.
struct DefinitionArguments: ParsableArguments {
  @Argument(help: ArgumentHelp("The folder of definition files.", valueName: "dir"))
  var directory = "compositions"

  /// Tells warnings and errors on standard error, and ends the process with status 1 where there are errors.
  func load(overriding variables: [String: String] = [:]) throws -> GatewayPlan {
    let environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
    switch DefinitionLoader.load(directory: directory, environment: environment) {
    case .success(let loaded):
      if !loaded.warnings.all.isEmpty { printError(loaded.warnings.text) }
      return loaded.plan
    case .failure(let diagnostics):
      printError(diagnostics.text)
      throw ExitCode(1)
    }
  }
}
