import ArgumentParser
import Plans

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
