import Foundation
import Front
import Glibc
import Listening
import Messages
import NIOCore
import NIOPosix
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
  /// - Parameters:
  ///   - source: what a reload reads.
  ///   - takeover: the gateway before this one, which is told when this one serves.
  ///   - recorder: hears of all that backends respond.
  package static func start(
    _ plan: GatewayPlan, reloading source: @escaping DefinitionSource, takingOver takeover: Takeover? = nil,
    recorder: ResponseKeeper? = nil
  ) async throws -> RunningGateway {
    try plan.process.admin.check()
    let adminAddress = try listenAddress(plan.process.admin.address)
    let handed = try HandedSockets.all(takeover)
    let process = ProcessParts(plan.process, recorder: recorder)
    do {
      let generations = try Generations(plan, on: process, reloading: source)
      // Behind it, as it opens the file of the log.
      let settings = process.serverSettings(plan.process)
      do {
        let waits = takeover != nil
        if waits { await process.waitForKeys() }
        let server = try await listen(
          plan.process.listeners, generations.generation.site, process, settings, handed, waits: waits)
        do {
          let site = generations.adminSite(server, at: adminAddress)
          let adminPlan = ListenerPlan(.tcp(adminAddress))
          let admin = AdminServer(
            try await listen([adminPlan], site, process, settings.forAdmin, handed, waits: waits), adminAddress)
          do {
            try await settle(handed, takeover)
          } catch {
            _ = await admin.server.drain(within: .zero, isLeft: handed != nil)
            throw error
          }
          if waits { for server in [server, admin.server] { try await server.accept(true).get() } }
          generations.serve(by: server, admin: admin)
          let gateway = RunningGateway(process, generations, server, admin)
          gateway.openDoor(takeover?.door)
          return gateway
        } catch {
          _ = await server.drain(within: Duration.zero, isLeft: handed != nil)
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

  /// All listen: what nobody took is closed, and the process before this one hears of it.
  private static func settle(_ handed: HandedSockets?, _ takeover: Takeover?) async throws {
    let unused = handed?.closeRest() ?? []
    guard let takeover else {
      if unused.isEmpty { return }
      throw GatewayError.unusedSockets(unused.map { "\($0)" })
    }
    try await NIOThreadPool.singleton.runIfActive { try takeover.serves() }
  }

  /// From now on the next process of this user may take over; the process gets SIGTERM then.
  private func openDoor(_ door: CInt?) {
    let state = process.state
    let waiting = TakeoverDoor(
      listeners: [server, adminServer], logger: process.logger, isEnding: { state.isDraining },
      handedOver: {
        state.handOver()
        kill(getpid(), SIGTERM)
      })
    waiting.open("\(admin)", door)
  }

  /// Another process serves in place of this one.
  package var isHandedOver: Bool { process.state.isHandedOver }

  private static func listenAddress(_ text: String) throws(GatewayError) -> ListenAddress {
    guard let address = ListenAddress(text) else { throw .badAddress(text) }
    return address
  }

  private static func listen(
    _ plans: [ListenerPlan], _ site: Site, _ process: ProcessParts, _ settings: ServerSettings,
    _ handed: HandedSockets?, waits: Bool
  ) async throws -> HTTPServer {
    do {
      return try await HTTPServer.start(
        plans, group: process.frontLoops, site: site, settings: settings, handed: handed, waits: waits)
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

  /// Opens the file of the access log anew, after it was renamed. Any thread that may block.
  package func reopenLog() { process.accessFiles.reopen() }

  /// How it is to end.
  package var shutdownTimes: ProcessPlan.Shutdown { generations.generation.plan.process.shutdown }

  /// Goes on accepting for the delay, then lets running requests, writes and what undoes them finish for at most the
  /// drain time. True: nothing was cut off. Where another process has taken over, it accepts already, and there is no delay.
  package func shutdown() async -> Bool {
    let times = shutdownTimes
    let isLeft = process.state.isHandedOver
    await server.announceEnd()
    process.state.beginDraining()
    freedMemory.cancel()
    lag.cancel()
    if isLeft { await adminServer.leave() }
    await generations.end()
    if !isLeft { try? await Task.sleep(for: times.delay) }
    let begun = Instant.now()
    let isDrained = await server.drain(within: times.drain, isLeft: isLeft)
    // Their clients may be gone.
    let left = begun.advanced(by: times.drain).nanoseconds - Instant.now().nanoseconds
    let isClean = await process.writes.areDone(within: .nanoseconds(max(0, left))) && isDrained
    _ = await adminServer.drain(within: Duration.zero, isLeft: isLeft)
    await process.spans.flush()
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

extension HandedSockets {
  /// Those of the process before this one, then those that a supervisor passes; `nil`: none.
  fileprivate static func all(_ takeover: Takeover?) throws(GatewayError) -> HandedSockets? {
    let passed: [HandedSocket]
    do {
      passed = try HandedSocket.ofSupervisor(ProcessInfo.processInfo.environment)
    } catch {
      throw .badSocket("\(error)")
    }
    let sockets = (takeover?.sockets ?? []) + passed
    return sockets.isEmpty ? nil : HandedSockets(sockets)
  }
}
