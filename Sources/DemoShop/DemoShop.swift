import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// The backends of an imaginary shop, for the demo and the tests: nine HTTP/1.1 services on 127.0.0.1, each on a port of
/// its own, with the same data in every run. *Guarded by* its lock; its connections live on one thread of its own.
///
/// Each service answers `GET /health`, and misbehaves when told to by `POST /__fault` or `set(_:for:)`.
package final class DemoShop: Sendable {
  /// Whether the services take their usual 5 to 40 ms or answer at once.
  package enum Latency: Sendable {
    case usual, none
  }

  package enum Ports: Sendable {
    /// 4001 to 4009.
    case standard
    /// Free ones that the system picks.
    case ephemeral
    /// As said; a service that is missing gets a free one.
    case chosen([Service: Int])
  }

  private struct Running {
    let group: MultiThreadedEventLoopGroup
    let ports: [Service: Int]
  }

  private enum State {
    case stopped, starting
    case running(Running)
  }

  private let backends: [ShopBackend]
  private let state = Mutex(State.stopped)

  package init(seed: UInt64 = 42, latency: Latency = .usual) {
    let catalog = Catalog(seed: seed)
    let carts = Carts(catalog: catalog)
    backends = Service.allCases.map { service in
      let endpoints =
        switch service {
        case .users: catalog.usersEndpoints
        case .orders: catalog.ordersEndpoints
        case .products: catalog.productsEndpoints
        case .reviews: catalog.reviewsEndpoints
        case .inventory: catalog.inventoryEndpoints
        case .recommendations: catalog.recommendationsEndpoints
        case .notifications: catalog.notificationsEndpoints
        case .cart: carts.endpoints
        case .shipping: catalog.shippingEndpoints
        }
      return ShopBackend(service: service, endpoints: endpoints, hasLatency: latency == .usual)
    }
  }

  /// Begins to listen and returns the port of each service. All of them listen or none does.
  ///
  /// Throws `DemoShopError`: a port that is taken, or a shop that runs already.
  @discardableResult
  package func start(ports: Ports = .standard) async throws -> [Service: Int] {
    try state.withLock { state in
      guard case .stopped = state else { throw DemoShopError.alreadyRunning }
      state = .starting
    }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    do {
      var bound: [Service: Int] = [:]
      for backend in backends {
        bound[backend.service] = try await listen(backend, on: ports.port(of: backend.service), group)
      }
      let running = Running(group: group, ports: bound)
      state.withLock { $0 = .running(running) }
      return bound
    } catch {
      try? await group.shutdownGracefully()
      state.withLock { $0 = .stopped }
      throw error
    }
  }

  /// Closes all connections, answered or not. Does nothing where the shop does not run.
  package func stop() async {
    let group: MultiThreadedEventLoopGroup? = state.withLock { state in
      guard case .running(let running) = state else { return nil }
      state = .stopped
      return running.group
    }
    // Fails only where the group is shut down already, and only this shop has it.
    try? await group?.shutdownGracefully()
  }

  /// What `compositions/` read to find the services: `USERS_URL` to `http://127.0.0.1:4001` and so on. Empty where the
  /// shop does not run.
  package var environment: [String: String] {
    guard case .running(let running) = state.withLock({ $0 }) else { return [:] }
    return Dictionary(
      uniqueKeysWithValues: running.ports.map { ($0.environmentName, "http://127.0.0.1:\($1)") })
  }

  /// The same as `POST /__fault` to that service.
  package func set(_ fault: Fault, for service: Service) {
    for backend in backends where backend.service == service { backend.faults.set(fault) }
  }

  private func listen(_ backend: ShopBackend, on port: Int, _ group: MultiThreadedEventLoopGroup) async throws -> Int {
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
      let channel = try await bootstrap.bind(host: "127.0.0.1", port: port).get()
      return channel.localAddress?.port ?? port
    } catch let error as IOError {
      throw DemoShopError.cannotListen(backend.service, port: port, reason: "\(error)")
    }
  }
}

extension DemoShop.Ports {
  fileprivate func port(of service: Service) -> Int {
    switch self {
    case .standard: service.defaultPort
    case .ephemeral: 0
    case .chosen(let ports): ports[service] ?? 0
    }
  }
}
