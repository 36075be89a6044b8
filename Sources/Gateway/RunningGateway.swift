import Caching
import Front
import Glibc
import JSONText
import Logging
import Messages
import NIOCore
import NIOPosix
import Plans

/// A gateway that serves. *Immutable*; it is started once and shut down once.
package final class RunningGateway: Sendable {
  /// Where clients connect, with the real port.
  package let address: ListenAddress
  package let admin: ListenAddress
  private let plan: GatewayPlan
  private let server: HTTPServer
  private let adminServer: HTTPServer
  private let frontLoops: MultiThreadedEventLoopGroup
  private let transfers: TransferPool
  private let state: GatewayState
  private let cache: CompositeCache?
  private let budget: DescriptorBudget
  private let freedMemory: Task<Void, Never>

  private init(
    plan: GatewayPlan, server: HTTPServer, adminServer: HTTPServer, frontLoops: MultiThreadedEventLoopGroup,
    transfers: TransferPool, cache: CompositeCache?, state: GatewayState, budget: DescriptorBudget, logger: Logger
  ) {
    self.plan = plan
    self.server = server
    self.adminServer = adminServer
    self.frontLoops = frontLoops
    self.transfers = transfers
    self.state = state
    self.cache = cache
    self.budget = budget
    freedMemory = FreedMemory.keepReturning(logger) { work in
      for loop in frontLoops.makeIterator() { loop.execute(work) }
      for loop in transfers.loops { loop.reactor.execute(work) }
    }
    address = server.address
    admin = adminServer.address
  }

  /// Starts the threads and listens. Throws where an address can't be listened on; then nothing is left running.
  package static func start(_ plan: GatewayPlan) async throws -> RunningGateway {
    guard plan.process.admin.token != nil || ListenAddress(plan.process.admin.address)?.isLoopback != false else {
      throw GatewayError.openAdmin(plan.process.admin.address)
    }
    let logger = ProcessLog.logger(level: plan.process.logLevel)
    let limit = DescriptorBudget.raisedLimit()
    let threads = plan.process.threads ?? min(AvailableProcessors.count, ProcessPlan.mostThreads)
    let frontLoops = MultiThreadedEventLoopGroup(numberOfThreads: threads)
    let transfers = TransferPool(plan.backends, count: threads, logger: logger)
    let state = GatewayState()
    let budget = DescriptorBudget(
      limit: limit, open: DescriptorBudget.openCount, connections: plan.process.limits.connections)
    for loop in transfers.loops { loop.bound(connections: max(1, budget.backendConnections / threads)) }
    var settings = ServerSettings(plan.process, logger: logger, accessLog: ProcessLog.writer)
    settings.limits.connections = budget.connections
    settings.mostRefusals = budget.refusals
    var cache: CompositeCache?
    do {
      cache = try Self.cache(plan, frontLoops, logger)
      cache?.start()
      let site = Site(Stack(plan: plan, transfers: transfers, cache: cache, state: state, logger: logger))
      let server = try await listen(plan.process.listen, site, frontLoops, settings)
      do {
        let adminServer = try await listen(
          plan.process.admin.address, try admin(plan, state, server, cache), frontLoops, settings.forAdmin)
        return RunningGateway(
          plan: plan, server: server, adminServer: adminServer, frontLoops: frontLoops, transfers: transfers,
          cache: cache, state: state, budget: budget, logger: logger)
      } catch {
        _ = await server.drain(within: Duration.zero)
        throw error
      }
    } catch {
      transfers.stop()
      cache?.stop()
      try? await frontLoops.shutdownGracefully()
      throw error
    }
  }

  /// `nil` where nothing is ever kept.
  private static func cache(
    _ plan: GatewayPlan, _ loops: MultiThreadedEventLoopGroup, _ logger: Logger
  ) throws -> CompositeCache? {
    guard plan.keepsAnything || plan.process.cache.redis != nil else { return nil }
    do {
      return try CompositeCache(plan.process.cache, loops: Array(loops.makeIterator()), logger: logger)
    } catch {
      throw GatewayError.cannotConnect("\(error)")
    }
  }

  private static func listen(
    _ text: String, _ site: Site, _ group: MultiThreadedEventLoopGroup, _ settings: ServerSettings
  ) async throws -> HTTPServer {
    guard let address = ListenAddress(text) else { throw GatewayError.badAddress(text) }
    do {
      return try await HTTPServer.start(on: address, group: group, site: site, settings: settings)
    } catch let error as IOError {
      throw GatewayError.cannotListen(text, String(cString: strerror(error.errnoCode)))
    } catch {
      throw GatewayError.cannotListen(text, "\(error)")
    }
  }

  private static func admin(
    _ plan: GatewayPlan, _ state: GatewayState, _ server: HTTPServer, _ cache: CompositeCache?
  ) throws -> Site {
    guard let address = ListenAddress(plan.process.admin.address) else {
      throw GatewayError.badAddress(plan.process.admin.address)
    }
    return AdminSite.make(
      isReady: { !state.isDraining },
      health: {
        var health = JSONObject()
        health.append("status", state.isDraining ? "draining" : "ready")
        health.append("requestsInFlight", .number(JSONNumber(server.requestsInFlight)))
        health.append("bodiesInFlight", .number(JSONNumber(server.bodiesInFlight)))
        health.append("untakenBytes", .number(JSONNumber(server.untakenBytes)))
        health.append("connections", .number(JSONNumber(server.openConnections)))
        if let cache { health.append("cache", CacheReport.value(cache)) }
        return .object(health)
      }, access: AdminAccess(plan.process.admin, address: address),
      others: [(PurgeEndpoint.entry, PurgeEndpoint(plan: plan, cache: cache))])
  }

  /// What listens where, and how many routes there are: a line each.
  package var summary: [String] {
    let composites = plan.routes.count { route in
      if case .composite = route.work { true } else { false }
    }
    var lines = [
      "listening on http://\(address)",
      "admin on http://\(admin)",
      "\(plan.routes.count) routes (\(composites) composed, \(plan.routes.count - composites) proxied), "
        + "\(plan.backends.count) backends, \(transfers.loops.count) loop pairs",
    ]
    if budget.connections < plan.process.limits.connections {
      lines.append(
        "at most \(budget.connections) client connections instead of \(plan.process.limits.connections): "
          + "more descriptors are not allowed (ulimit -n)")
    }
    return lines
  }

  /// Goes on accepting for the delay, then lets running requests finish for at most the drain time. True: nothing was
  /// cut off.
  package func shutdown() async -> Bool {
    await server.announceEnd()
    state.beginDraining()
    freedMemory.cancel()
    try? await Task.sleep(for: plan.process.shutdown.delay)
    let isClean = await server.drain(within: plan.process.shutdown.drain)
    _ = await adminServer.drain(within: Duration.zero)
    state.beginCuttingOff()
    transfers.stop()
    cache?.stop()
    try? await frontLoops.shutdownGracefully()
    return isClean
  }
}
