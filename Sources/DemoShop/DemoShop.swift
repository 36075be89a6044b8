import JSONText
import Locking
import NIOCore
import NIOHTTP1
import NIOPosix

/// The backends of an imaginary shop, for the demo and the tests: eleven HTTP/1.1 services on 127.0.0.1, each on a port
/// of its own, with the same data in every run. *Guarded by* its lock; its connections live on one thread of its own.
///
/// Each service answers `GET /health`, and misbehaves when told to by `POST /__fault` or `set(_:for:)`.
package final class DemoShop: Sendable {
  /// Whether the services take their usual 5 to 40 ms or answer at once.
  package enum Latency: Sendable {
    case usual, none
  }

  private struct Running {
    let group: MultiThreadedEventLoopGroup
    let ports: [Service: Int]
  }

  private enum State {
    case stopped, starting
    case running(Running)
  }

  /// Of the users; the others follow, in the order of `Service`.
  package static let firstPort = 4001

  private let backends: [ShopBackend]
  private let state = Locked(State.stopped)

  package init(seed: UInt64 = 42, latency: Latency = .usual) {
    let catalog = Catalog(seed: seed)
    let carts = Carts(catalog: catalog)
    let inventory = Inventory(catalog: catalog)
    let orders = Orders(catalog: catalog)
    let payments = Payments(catalog: catalog)
    let identity = Identity(catalog: catalog)
    backends = Service.allCases.map { service in
      let endpoints =
        switch service {
        case .users: catalog.usersEndpoints
        case .orders: orders.endpoints
        case .products: catalog.productsEndpoints
        case .reviews: catalog.reviewsEndpoints
        case .inventory: inventory.endpoints
        case .recommendations: catalog.recommendationsEndpoints
        case .notifications: catalog.notificationsEndpoints
        case .cart: carts.endpoints
        case .shipping: catalog.shippingEndpoints
        case .payments: payments.endpoints
        case .identity: identity.endpoints
        }
      let books: (@Sendable () -> JSONValue)? =
        switch service {
        case .orders: { orders.books }
        case .inventory: { inventory.books }
        case .payments: { payments.books }
        default: nil
        }
      return ShopBackend(service: service, endpoints: endpoints, books: books, hasLatency: latency == .usual)
    }
  }

  /// Begins to listen on eleven ports in a row, or on free ones where `firstPort` is 0, and returns the port of each
  /// service. Waits until all of them listen; not to be called on an event loop.
  ///
  /// Throws `DemoShopError`: a port that is taken, or a shop that runs already. Then none listens.
  @discardableResult
  package func start(firstPort: Int = DemoShop.firstPort) throws -> [Service: Int] {
    try start { place in firstPort == 0 ? 0 : firstPort + place }
  }

  /// The same for one port each; a service that is missing gets a free one.
  @discardableResult
  package func start(ports: [Service: Int]) throws -> [Service: Int] {
    try start { place in ports[Service.allCases[place]] ?? 0 }
  }

  /// Closes all connections, answered or not. Does nothing where the shop does not run.
  package func stop() {
    let group: MultiThreadedEventLoopGroup? = state.withLock { state in
      guard case .running(let running) = state else { return nil }
      state = .stopped
      return running.group
    }
    // Fails only where the group is shut down already, and only this shop has it.
    try? group?.syncShutdownGracefully()
  }

  /// Where each service listens. Empty where the shop does not run.
  package var ports: [Service: Int] {
    guard case .running(let running) = state.withLock({ $0 }) else { return [:] }
    return running.ports
  }

  /// What `compositions/` read to find the services: `USERS_URL` to `http://127.0.0.1:4001` and so on.
  package var environment: [String: String] {
    Dictionary(uniqueKeysWithValues: ports.map { ($0.environmentName, "http://127.0.0.1:\($1)") })
  }

  /// The same as `POST /__fault` to that service.
  package func set(_ fault: Fault, for service: Service) {
    for backend in backends where backend.service == service { backend.faults.set(fault) }
  }

  private func start(port: (_ place: Int) -> Int) throws -> [Service: Int] {
    try state.withLock { state in
      guard case .stopped = state else { throw DemoShopError.alreadyRunning }
      state = .starting
    }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    do {
      var bound: [Service: Int] = [:]
      for (place, backend) in backends.enumerated() {
        bound[backend.service] = try listen(backend, on: port(place), group)
      }
      let running = Running(group: group, ports: bound)
      state.withLock { $0 = .running(running) }
      return bound
    } catch {
      try? group.syncShutdownGracefully()
      state.withLock { $0 = .stopped }
      throw error
    }
  }

  private func listen(_ backend: ShopBackend, on port: Int, _ group: MultiThreadedEventLoopGroup) throws -> Int {
    guard (0...65_535).contains(port) else { throw DemoShopError.noSuchPort(port) }
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: true, withErrorHandling: true)
          try pipeline.addHandler(ServiceHandler(backend: backend))
        }
      }
    do {
      let channel = try bootstrap.bind(host: "127.0.0.1", port: port).wait()
      return channel.localAddress?.port ?? port
    } catch let error as IOError {
      throw DemoShopError.cannotListen(backend.service, port: port, reason: "\(error)")
    }
  }
}

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
