import ArgumentParser
import DemoShop

struct Demo: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the demo shop's backends and a gateway in front of them.",
    discussion: """
      Eleven small services start on 127.0.0.1, from --shop-port upwards, and the gateway serves a folder of definitions \
      over them. Each service can be made slow or failing: POST /__fault on its port.
      """)

  @OptionGroup var definitions: DefinitionArguments
  @OptionGroup var addresses: AddressOptions
  @Option(help: ArgumentHelp("First of eleven ports; 0 takes free ones.", valueName: "port"))
  var shopPort = 4001

  func run() throws {
    Signals.block()
    let shop = DemoShop()
    do {
      try shop.start(firstPort: shopPort)
    } catch {
      printError("weft: the demo shop could not start: \(error)")
      printError("Is another one running? --shop-port takes other ports.")
      throw ExitCode(1)
    }
    defer { shop.stop() }
    let plan = addresses.applied(to: try definitions.load(overriding: shop.environment))
    for line in shop.summary { print(line) }
    try serve(plan, reloading: definitions.source(addresses, overriding: shop.environment)) { gateway in
      print(shop.suggestions(gateway: "\(gateway.addresses[0])", admin: "\(gateway.admin)"))
    }
  }
}
