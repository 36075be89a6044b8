import Caching
import Definitions
import Front
import Listening
import Locking
import Logging
import Messages
import NIOPosix
import Plans
import Timing

/// Gives the definitions of the folder that is served, as they are now. It may block.
package typealias DefinitionSource = @Sendable () -> Result<LoadedDefinitions, Diagnostics>

/// The generation that serves, and the way in which the next takes its place. *Guarded by its lock*; one reload at a
/// time.
final class Generations: Sendable {
  private struct Current: Sendable {
    var generation: Generation
    var kept: KeptParts
    /// `nil` before it listens and after the end.
    var listeners: (server: HTTPServer, admin: AdminServer)?
    var lastReload: LastReload?
  }

  private let process: ProcessParts
  private let source: DefinitionSource
  private let current: Locked<Current>
  private let figures: ReloadFigures
  /// Each reload waits for the one before. As many at most as requests are in flight at the admin address.
  private let last = Locked<Task<ReloadOutcome, Never>?>(nil)

  /// Throws where Redis can't be reached as its settings say.
  init(_ plan: GatewayPlan, on process: ProcessParts, reloading source: @escaping DefinitionSource) throws {
    self.process = process
    self.source = source
    figures = ReloadFigures(plan.fingerprint)
    let kept = try KeptParts(for: plan, on: process)
    _ = process.accessFiles.put(try process.accessFiles.file(plan.process.log, process.logger))
    process.apply(plan.process)
    current = Locked(Current(generation: Generation(plan, on: process, kept), kept: kept))
  }

  var generation: Generation { current.withLock { $0.generation } }

  /// What serves now, for who looks at it.
  var serving: Serving {
    current.withLock {
      Serving(
        generation: $0.generation, kept: $0.kept, server: $0.listeners?.server, lastReload: $0.lastReload)
    }
  }

  /// Makes reloads reach these from now on.
  func serve(by server: HTTPServer, admin: AdminServer) {
    current.withLock { $0.listeners = (server, admin) }
  }

  /// Reads the folder, and serves it where it is good: requests that begin when this has returned are on it.
  func reload() async -> ReloadOutcome {
    let task = last.withLock { last in
      let task = Task { [before = last] in
        _ = await before?.value
        let outcome = await self.run()
        self.current.withLock { $0.lastReload = LastReload(at: .clock(), outcome: outcome) }
        return outcome
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

  func stopKeeping() { current.withLock { $0.kept }.stop() }

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
      figures.succeeded(loaded.plan.fingerprint)
      note(difference)
      return .done(ReloadReport(difference: difference, warnings: loaded.warnings))
    } catch {
      figures.refused()
      note(error)
      return .refused(error)
    }
  }

  private func take(
    _ loaded: LoadedDefinitions, _ server: HTTPServer, _ admin: AdminServer
  ) async throws(Diagnostics) -> DefinitionDifference {
    let old = current.withLock { $0 }
    let hasCache = old.kept.cache != nil
    var difference = DefinitionDifference(from: old.generation.plan, to: loaded.plan, hasCache: hasCache)
    var plan = loaded.plan
    plan.process = ProcessSetting.inEffect(plan.process, after: old.generation.plan.process, hasCache: hasCache)
    let isNew = await server.readCertificates(plan.process.listeners)
    if isNew && difference.isEmpty {
      difference.addCertificates()
      return difference
    }
    if difference.isEmpty { return difference }
    let kept: KeptParts
    let file: AccessFile?
    do {
      try plan.process.admin.check()
      file = try process.accessFiles.file(plan.process.log, process.logger)
      kept = try KeptParts(for: plan, on: process, after: old.kept)
    } catch {
      throw Diagnostics([Diagnostic(at: SourceLocation(file: "gateway.yaml", line: 0, column: 0), "\(error)")])
    }
    let oldFile = process.accessFiles.put(file)
    process.apply(plan.process)
    // What is new now is not waited for.
    process.state.hadKeys(process.keys.wereFetched)
    let generation = Generation(plan, on: process, kept)
    let settings = process.serverSettings(plan.process)
    let adminSite = adminSite(generation, kept, server, at: admin.address)
    await server.replace(generation.site, settings: settings)
    await admin.server.replace(adminSite, settings: settings.forAdmin)
    current.withLock { current in
      current.generation = generation
      current.kept = kept
    }
    if let oldFile { NIOThreadPool.singleton.submit { _ in oldFile.end() } }
    return difference
  }

  // MARK: The admin address

  /// Makes the site for the generation that serves, before `serve`.
  func adminSite(_ server: HTTPServer, at address: ListenAddress) -> Site {
    let current = current.withLock { $0 }
    return adminSite(current.generation, current.kept, server, at: address)
  }

  private func adminSite(
    _ generation: Generation, _ kept: KeptParts, _ server: HTTPServer, at address: ListenAddress
  ) -> Site {
    let plan = generation.plan
    let (process, backends) = (process, generation.backends)
    return AdminSite.make(
      readiness: { process.readiness(kept) },
      health: { HealthReport.value(process, server, kept, plan, backends) },
      backend: { BackendReport.one($0, of: backends) },
      access: AdminAccess(plan.process.admin, address: address),
      others: [
        (PurgeEndpoint.entry, PurgeEndpoint(plan: plan, cache: kept.cache)),
        (ReloadEndpoint.entry, ReloadEndpoint(generations: self)),
        (
          MetricsEndpoint.entry,
          MetricsEndpoint(
            report: MetricsReport(
              process: process, server: server, kept: kept, plan: plan, reloads: figures))
        ),
        (OpenAPIEndpoint.entry, OpenAPIEndpoint(plan: plan)),
      ], page: AdminPageEndpoint.entries, api: AdminAPI(generations: self, process: process).entries)
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

/// What serves at one moment. A value.
struct Serving: Sendable {
  let generation: Generation
  let kept: KeptParts
  /// `nil` before it listens and after the end.
  let server: HTTPServer?
  /// `nil`: there was none.
  let lastReload: LastReload?
}

/// The last reload, and when it was. A value.
struct LastReload: Sendable {
  let at: WallTime
  let outcome: ReloadOutcome
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
