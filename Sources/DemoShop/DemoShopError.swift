/// Why the shop did not start.
package enum DemoShopError: Error, CustomStringConvertible {
  case alreadyRunning
  case noSuchPort(Int)
  case cannotListen(Service, port: Int, reason: String)

  package var description: String {
    switch self {
    case .alreadyRunning: "the demo shop runs already"
    case .noSuchPort(let port): "\(port) is no port; there are 0 to 65535"
    case .cannotListen(let service, let port, let reason):
      "the demo shop's \(service.rawValue) can't listen on 127.0.0.1:\(port): \(reason)"
    }
  }
}
