import Front
import Glibc
import Listening
import Messages
import NIOCore
import Plans
import Timing

/// A gateway that serves: the process, and the generation of definitions in it. *Immutable*; it is started once and shut
/// down once.
package final class RunningGateway: Sendable {
  /// The addresses at which clients connect, with the real ports.
  package let addresses: [ListenerPlan.Address]
  package let admin: ListenAddress
  private let plans: [ListenerPlan]
  private let process: ProcessParts
  private let generations: Generations
  private let server: HTTPServer
  private let adminServer: HTTPServer
  private let freedMemory: Task<Void, Never>
  private let lag: Task<Void, Never>

  private init(_ process: ProcessParts, _ generations: Generations, _ server: HTTPServer, _ admin: AdminServer) {
    self.process = process
    self.generations = generations
    self.server = server
    adminServer = admin.server
    freedMemory = FreedMemory.keepReturning(process.logger) { work in
      for loop in process.frontLoops.makeIterator() { loop.execute(work) }
      for loop in process.transfers.loops { loop.reactor.execute(work) }
    }
    lag = process.lag.keepMeasuring()
    addresses = server.addresses
    self.admin = admin.address
    plans = generations.generation.plan.process.listeners
  }

  /// Starts the threads and listens. Throws where an address can't be listened on; then nothing is left running.
  /// - Parameter source: what a reload reads.
  package static func start(
    _ plan: GatewayPlan, reloading source: @escaping DefinitionSource
  ) async throws -> RunningGateway {
    try plan.process.admin.check()
    let adminAddress = try listenAddress(plan.process.admin.address)
    let process = ProcessParts(plan.process)
    let settings = process.serverSettings(plan.process)
    do {
      let generations = try Generations(plan, on: process, reloading: source)
      do {
        let server = try await listen(plan.process.listeners, generations.generation.site, process, settings)
        do {
          let site = generations.adminSite(server, at: adminAddress)
          let adminPlan = ListenerPlan(.tcp(adminAddress))
          let admin = AdminServer(
            try await listen([adminPlan], site, process, settings.forAdmin), adminAddress)
          generations.serve(by: server, admin: admin)
          return RunningGateway(process, generations, server, admin)
        } catch {
          _ = await server.drain(within: Duration.zero)
          throw error
        }
      } catch {
        generations.stopKeeping()
        throw error
      }
    } catch {
      await process.stop()
      throw error
    }
  }

  private static func listenAddress(_ text: String) throws(GatewayError) -> ListenAddress {
    guard let address = ListenAddress(text) else { throw .badAddress(text) }
    return address
  }

  private static func listen(
    _ plans: [ListenerPlan], _ site: Site, _ process: ProcessParts, _ settings: ServerSettings
  ) async throws -> HTTPServer {
    do {
      return try await HTTPServer.start(plans, group: process.frontLoops, site: site, settings: settings)
    } catch let error as ListenError {
      let why = (error.cause as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error.cause)"
      throw GatewayError.cannotListen("\(error.address)", why)
    }
  }

  /// What listens where, and how many routes there are: a line each.
  package var summary: [String] {
    let plan = generations.generation.plan
    let composites = plan.routes.count { $0.composite != nil }
    let redirects = plan.routes.count { if case .redirect = $0.work { true } else { false } }
    let files = plan.routes.count { if case .files = $0.work { true } else { false } }
    let proxies = plan.routes.count - composites - redirects - files
    var lines = zip(plans, addresses).map { plan, address in
      if case .tcp = address {
        "listening on \(plan.tls == nil ? "http" : "https")://\(address)"
      } else {
        "listening on \(address)"
      }
    }
    lines += [
      "admin on http://\(admin)",
      "\(plan.routes.count) routes (\(composites) composed, \(proxies) proxied"
        + (redirects > 0 ? ", \(redirects) redirected" : "") + (files > 0 ? ", \(files) of files" : "") + "), "
        + "\(plan.backends.count) backends, \(process.transfers.loops.count) loop pairs",
    ]
    let connections = process.budget(plan.process).connections
    if connections < plan.process.limits.connections {
      lines.append(
        "at most \(connections) client connections instead of \(plan.process.limits.connections): "
          + "more descriptors are not allowed (ulimit -n)")
    }
    return lines
  }

  /// Serves what the folder says now, where that is good. Reloads come one after the other.
  package func reload() async -> ReloadOutcome {
    await generations.reload()
  }

  /// How it is to end.
  package var shutdownTimes: ProcessPlan.Shutdown { generations.generation.plan.process.shutdown }

  /// Goes on accepting for the delay, then lets running requests, writes and what undoes them finish for at most the
  /// drain time. True: nothing was cut off.
  package func shutdown() async -> Bool {
    let times = shutdownTimes
    await server.announceEnd()
    process.state.beginDraining()
    freedMemory.cancel()
    lag.cancel()
    await generations.end()
    try? await Task.sleep(for: times.delay)
    let begun = Instant.now()
    let isDrained = await server.drain(within: times.drain)
    // Their clients may be gone.
    let left = begun.advanced(by: times.drain).nanoseconds - Instant.now().nanoseconds
    let isClean = await process.writes.areDone(within: .nanoseconds(max(0, left))) && isDrained
    _ = await adminServer.drain(within: Duration.zero)
    // What is cut off by it gives back what it holds in Redis.
    process.transfers.stop()
    generations.stopKeeping()
    await process.stop()
    return isClean
  }
}

extension ProcessPlan.Admin {
  /// Throws where others can reach the address, and there is no token.
  func check() throws(GatewayError) {
    guard token != nil || ListenAddress(address)?.isLoopback != false else { throw .openAdmin(address) }
  }
}
