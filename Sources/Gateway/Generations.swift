import Caching
import Definitions
import Front
import Listening
import Locking
import Logging
import Messages
import NIOPosix
import Plans

/// Gives the definitions of the folder that is served, as they are now. It may block.
package typealias DefinitionSource = @Sendable () -> Result<LoadedDefinitions, Diagnostics>

/// The generation that serves, and the way in which the next takes its place. *Guarded by its lock*; one reload at a
/// time.
final class Generations: Sendable {
  private struct Current: Sendable {
    var generation: Generation
    /// `nil` as long as nothing was ever kept.
    var cache: CompositeCache?
    /// `nil` before it listens and after the end.
    var listeners: (server: HTTPServer, admin: AdminServer)?
  }

  private let process: ProcessParts
  private let source: DefinitionSource
  private let current: Locked<Current>
  /// Each reload waits for the one before. As many at most as requests are in flight at the admin address.
  private let last = Locked<Task<ReloadOutcome, Never>?>(nil)

  /// Throws where Redis can't be reached as its settings say.
  init(_ plan: GatewayPlan, on process: ProcessParts, reloading source: @escaping DefinitionSource) throws {
    self.process = process
    self.source = source
    process.apply(plan.process)
    let cache = try Self.cache(for: plan, on: process)
    current = Locked(Current(generation: Generation(plan, on: process, cache: cache), cache: cache))
  }

  var generation: Generation { current.withLock { $0.generation } }

  /// Makes reloads reach these from now on.
  func serve(by server: HTTPServer, admin: AdminServer) {
    current.withLock { $0.listeners = (server, admin) }
  }

  /// Reads the folder, and serves it where it is good: requests that begin when this has returned are on it.
  func reload() async -> ReloadOutcome {
    let task = last.withLock { last in
      let task = Task { [before = last] in
        _ = await before?.value
        return await self.run()
      }
      last = task
      return task
    }
    return await task.value
  }

  /// Waits for a reload that is under way; draining must have begun, so that none follows.
  func end() async {
    _ = await last.withLock { $0 }?.value
    current.withLock { $0.listeners = nil }
  }

  func stopCache() { current.withLock { $0.cache }?.stop() }

  // MARK: One reload

  private func run() async -> ReloadOutcome {
    let source = source
    // Files are read on a thread that no request waits for.
    let read = try? await NIOThreadPool.singleton.runIfActive { source() }
    guard let read, !process.state.isDraining, let listeners = current.withLock({ $0.listeners }) else {
      return .stopping
    }
    do throws(Diagnostics) {
      let loaded = try read.get()
      let difference = try await take(loaded, listeners.server, listeners.admin)
      note(difference)
      return .done(ReloadReport(difference: difference, warnings: loaded.warnings))
    } catch {
      note(error)
      return .refused(error)
    }
  }

  private func take(
    _ loaded: LoadedDefinitions, _ server: HTTPServer, _ admin: AdminServer
  ) async throws(Diagnostics) -> DefinitionDifference {
    let old = current.withLock { $0 }
    let hasCache = old.cache != nil
    var difference = DefinitionDifference(from: old.generation.plan, to: loaded.plan, hasCache: hasCache)
    var plan = loaded.plan
    plan.process = ProcessSetting.inEffect(plan.process, after: old.generation.plan.process, hasCache: hasCache)
    let isNew = await server.readCertificates(plan.process.listeners)
    if isNew && difference.isEmpty {
      difference.addCertificates()
      return difference
    }
    if difference.isEmpty { return difference }
    let cache: CompositeCache?
    do {
      try plan.process.admin.check()
      cache = try old.cache ?? Self.cache(for: plan, on: process)
    } catch {
      throw Diagnostics([Diagnostic(at: SourceLocation(file: "gateway.yaml", line: 0, column: 0), "\(error)")])
    }
    process.apply(plan.process)
    let generation = Generation(plan, on: process, cache: cache)
    let settings = process.serverSettings(plan.process)
    let adminSite = adminSite(generation, cache, server, at: admin.address)
    await server.replace(generation.site, settings: settings)
    await admin.server.replace(adminSite, settings: settings.forAdmin)
    current.withLock { current in
      current.generation = generation
      current.cache = cache
    }
    return difference
  }

  /// `nil` where nothing is ever kept.
  private static func cache(for plan: GatewayPlan, on process: ProcessParts) throws(GatewayError) -> CompositeCache? {
    guard plan.keepsAnything || plan.process.cache.redis != nil else { return nil }
    do {
      let loops = Array(process.frontLoops.makeIterator())
      let cache = try CompositeCache(plan.process.cache, loops: loops, logger: process.logger)
      cache.start()
      return cache
    } catch {
      throw .cannotConnect("\(error)")
    }
  }

  // MARK: The admin address

  /// Makes the site for the generation that serves, before `serve`.
  func adminSite(_ server: HTTPServer, at address: ListenAddress) -> Site {
    let current = current.withLock { $0 }
    return adminSite(current.generation, current.cache, server, at: address)
  }

  private func adminSite(
    _ generation: Generation, _ cache: CompositeCache?, _ server: HTTPServer, at address: ListenAddress
  ) -> Site {
    let plan = generation.plan
    let state = process.state
    return AdminSite.make(
      isReady: { !state.isDraining }, health: { HealthReport.value(state, server, cache) },
      access: AdminAccess(plan.process.admin, address: address),
      others: [
        (PurgeEndpoint.entry, PurgeEndpoint(plan: plan, cache: cache)),
        (ReloadEndpoint.entry, ReloadEndpoint(generations: self)),
      ])
  }

  // MARK: The log

  private func note(_ difference: DefinitionDifference) {
    guard !difference.isEmpty else { return process.logger.info("reloaded: nothing changed") }
    process.logger.notice("reloaded", metadata: ["changes": "\(difference.lines.joined(separator: "; "))"])
    if !difference.needsRestart.isEmpty {
      process.logger.warning(
        "only a restart takes this over", metadata: ["settings": "\(difference.needsRestart.joined(separator: ", "))"])
    }
  }

  private func note(_ found: Diagnostics) {
    let errors = found.all.filter { $0.severity == .error }
    process.logger.error(
      "reload refused: what was served is served still",
      metadata: ["errors": "\(errors.count)", "first": "\(errors.first?.headline ?? "")"])
  }
}

/// The server of the admin address.
struct AdminServer: Sendable {
  let server: HTTPServer
  /// The address with the real port.
  let address: ListenAddress

  /// - Parameter address: as it was asked for.
  init(_ server: HTTPServer, _ address: ListenAddress) {
    self.server = server
    self.address = server.tcpAddress ?? address
  }
}
