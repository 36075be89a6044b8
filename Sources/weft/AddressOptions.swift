import ArgumentParser
import Plans

/// Addresses on the command line win over `gateway.yaml`.
struct AddressOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Where clients connect.", valueName: "host:port"))
  var listen: String?
  @Option(help: ArgumentHelp("Where /livez, /readyz, /health, /purge and /reload are served.", valueName: "host:port"))
  var admin: String?

  func applied(to plan: GatewayPlan) -> GatewayPlan { Self.applied(listen, admin, to: plan) }

  static func applied(_ listen: String?, _ admin: String?, to plan: GatewayPlan) -> GatewayPlan {
    var plan = plan
    if let listen { plan.process.listen = listen }
    if let admin { plan.process.admin.address = admin }
    return plan
  }
}
