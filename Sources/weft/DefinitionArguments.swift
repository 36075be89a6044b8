import ArgumentParser
import Definitions
import Foundation
import Gateway
import Plans

/// The folder that most commands take first.
struct DefinitionArguments: ParsableArguments {
  @Argument(help: ArgumentHelp("The folder of definition files.", valueName: "dir"))
  var directory = "compositions"

  /// Tells warnings and errors on standard error, and ends the process with status 1 where there are errors.
  func load(overriding variables: [String: String] = [:]) throws -> GatewayPlan {
    switch Self.read(directory, variables) {
    case .success(let loaded):
      if !loaded.warnings.all.isEmpty { printError(loaded.warnings.text) }
      return loaded.plan
    case .failure(let diagnostics):
      printError(diagnostics.text)
      throw ExitCode(1)
    }
  }

  /// What a reload of a gateway that was started so reads.
  func source(_ addresses: AddressOptions, overriding variables: [String: String] = [:]) -> DefinitionSource {
    let (directory, listen, admin) = (directory, addresses.listen, addresses.admin)
    return {
      Self.read(directory, variables).map { loaded in
        var loaded = loaded
        loaded.plan = AddressOptions.applied(listen, admin, to: loaded.plan)
        return loaded
      }
    }
  }

  private static func read(
    _ directory: String, _ variables: [String: String]
  ) -> Result<LoadedDefinitions, Diagnostics> {
    let environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
    return DefinitionLoader.load(directory: directory, environment: environment)
  }
}
