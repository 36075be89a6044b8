/// Why the shop did not start.
package enum DemoShopError: Error, CustomStringConvertible {
  case alreadyRunning
  case cannotListen(Service, port: Int, reason: String)

  package var description: String {
    switch self {
    case .alreadyRunning: "the demo shop runs already"
    case .cannotListen(let service, let port, let reason):
      "the demo shop's \(service.rawValue) can't listen on 127.0.0.1:\(port): \(reason)"
    }
  }
}
