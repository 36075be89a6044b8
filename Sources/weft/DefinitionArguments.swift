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

/// Addresses on the command line win over `gateway.yaml`.
struct AddressOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Where clients connect: the first of `listen`.", valueName: "host:port"))
  var listen: String?
  @Option(help: ArgumentHelp("Where /livez, /readyz, /health, /purge and /reload are served.", valueName: "host:port"))
  var admin: String?

  func validate() throws {
    if let listen, ListenerPlan.Address(listen) == nil {
      throw ValidationError("\(listen) is no address to listen on; write HOST:PORT or unix:/PATH")
    }
  }

  func applied(to plan: GatewayPlan) -> GatewayPlan { Self.applied(listen, admin, to: plan) }

  static func applied(_ listen: String?, _ admin: String?, to plan: GatewayPlan) -> GatewayPlan {
    var plan = plan
    if let address = listen.flatMap({ ListenerPlan.Address($0) }) { plan.process.listeners[0].address = address }
    if let admin { plan.process.admin.address = admin }
    return plan
  }
}
