import ArgumentParser
import Gateway

struct Purge: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Drop what a running gateway keeps, and all others that share its Redis.",
    discussion: """
      Asks the admin address. One of:

        weft purge --tag user:42 --tag product:P1001
        weft purge --route 'GET /mobile/dashboard/:userId'
        weft purge --key 5f0c…    (the `digest` that `weft explain` shows)
        weft purge --all

      Exit status: 0, or 1 where it was not done everywhere; ask again then.
      """)

  @Option(help: ArgumentHelp("Everything with this tag; may be given several times.", valueName: "tag"))
  var tag: [String] = []
  @Option(help: ArgumentHelp("The one answer of this key.", valueName: "key"))
  var key: String?
  @Option(help: ArgumentHelp("All answers of this route, named as `weft routes` does.", valueName: "route"))
  var route: String?
  @Flag(help: "Everything.")
  var all = false
  @OptionGroup var admin: AdminOptions

  private var orders: [(name: String, values: [String])] {
    var orders: [(name: String, values: [String])] = []
    if !tag.isEmpty { orders.append(("tag", tag)) }
    if let key { orders.append(("key", [key])) }
    if let route { orders.append(("route", [route])) }
    if all { orders.append(("all", [])) }
    return orders
  }

  func validate() throws {
    guard orders.count == 1 else { throw ValidationError("expected one of --tag, --key, --route and --all") }
  }

  func run() throws {
    let (orders, client) = (orders, try admin.client())
    switch try blocking({ await PurgeClient.send(orders, to: client) }) {
    case .everywhere: print("purged everywhere")
    case .here: print("purged here; there is no Redis")
    case .failed(let reason):
      printError("weft: \(reason)")
      throw ExitCode(1)
    }
  }
}
