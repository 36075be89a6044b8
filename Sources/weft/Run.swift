import ArgumentParser
import Definitions
import Gateway
import Plans

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve a folder of definitions.",
    discussion: """
      Refuses what `check` refuses. SIGHUP reads the folder again, and serves it where it is good. SIGUSR1 \
      opens the file of the log anew. SIGTERM or SIGINT \
      stops accepting after the delay, finishes what runs within the drain time, and exits with 0, or with 1 where \
      something had to be cut off. A second signal ends at once. SIGUSR2 starts the program anew with --takeover, as it \
      is on the disk now.

      Sockets that systemd passes (LISTEN_FDS) are used for the addresses in `listen` and `admin` that they have.
      """)

  @OptionGroup var definitions: DefinitionArguments
  @OptionGroup var addresses: AddressOptions
  @Flag(help: "Read the folder again whenever a file in it was changed.")
  var watch = false
  @Flag(help: "Put the backends of the folder's mocks/ in place of the real ones.")
  var mock = false
  @Option(
    help: ArgumentHelp(
      "Keep the last response to each request to a backend, and write them into the folder's mocks/ at the end.",
      valueName: "folder"))
  var record: String?

  @Flag(help: "Take the sockets of the gateway that has the admin address; it ends when this one serves.")
  var takeover = false

  func run() throws {
    Signals.block()
    var plan = addresses.applied(to: try definitions.load())
    let folder = definitions.directory
    let former = takeover ? try formerGateway(plan) : nil
    var source = definitions.source(addresses)
    if mock {
      let (mocks, ports) = try MockOptions.start(definitions, plan)
      plan = plan.mocked(ports)
      source = { [source] in source().map { $0.mocked(ports) } }
      for (backend, port) in ports { print("mock of \(backend) on http://127.0.0.1:\(port)") }
      defer { mocks.stop() }
      return try serve(plan, reloading: source, folder, former)
    }
    try serve(plan, reloading: source, folder, former)
  }

  private func serve(
    _ plan: GatewayPlan, reloading source: @escaping DefinitionSource, _ folder: String, _ former: Takeover?
  ) throws {
    let keeper = record.map { _ in ResponseKeeper() }
    defer { if let record, let keeper { write(keeper, to: record) } }
    try weft.serve(plan, reloading: source, takingOver: former, recorder: keeper, exchange: Successor.start) {
      gateway in
      guard watch else { return }
      guard let changes = FolderWatch(folder) else {
        return printError("weft: \(folder) can't be watched: the system has no more watches (inotify)")
      }
      changes.begin { reload(gateway) }
      print("watching \(folder)")
    }
  }

  /// `nil`: there is none.
  private func formerGateway(_ plan: GatewayPlan) throws -> Takeover? {
    do throws(GatewayError) {
      if let former = try Takeover(admin: plan.process.admin.address) { return former }
    } catch {
      printError("weft: \(error)")
      throw ExitCode(1)
    }
    let admin = plan.process.admin.address
    printError("weft: no gateway has the admin address \(admin): there is nothing to take over")
    return nil
  }
}

/// Writes what was kept, and says so.
private func write(_ keeper: ResponseKeeper, to folder: String) {
  do {
    print("\(try keeper.write(to: folder)) responses in \(folder)/mocks")
  } catch {
    printError("weft: mocks can't be written into \(folder): \(error.localizedDescription)")
  }
  flushOutput()
}

/// Runs a gateway until a signal ends it, or another process has taken over.
/// - Parameter exchange: what a SIGUSR2 is for.
func serve(
  _ plan: GatewayPlan, reloading source: @escaping DefinitionSource, takingOver former: Takeover? = nil,
  recorder: ResponseKeeper? = nil, exchange: () -> Void = {}, then announce: (RunningGateway) -> Void
) throws {
  let gateway: RunningGateway
  do {
    gateway = try blocking {
      try await RunningGateway.start(plan, reloading: source, takingOver: former, recorder: recorder)
    }
  } catch {
    ProcessLog.flush()
    printError("weft: \(error)")
    throw ExitCode(1)
  }
  for line in gateway.summary { print(line) }
  announce(gateway)
  flushOutput()
  Supervisor.tell(isReady: true)
  former?.complete()
  Signals.wait(reload: { reload(gateway) }, reopen: { gateway.reopenLog() }, exchange: exchange)
  let shutdown = gateway.shutdownTimes
  // What it is told of this process counts for the one that has taken over.
  if !gateway.isHandedOver { Supervisor.tell(isReady: false) }
  if shutdown.delay > .zero, !gateway.isHandedOver {
    print("stopping: accepting for another \(shutdown.delay.written)")
  }
  print("stopping: finishing what runs, at most \(shutdown.drain.written)")
  flushOutput()
  Signals.exitOnNext()
  let clean = (try? blocking { await gateway.shutdown() }) ?? false
  ProcessLog.flush()
  if !clean {
    printError("weft: the drain time cut requests off")
    throw ExitCode(1)
  }
}

/// Reads the folder again. What changed is in the log; what keeps it from being served is told as `check` does.
private func reload(_ gateway: RunningGateway) {
  guard case .refused(let found)? = try? blocking({ await gateway.reload() }) else { return }
  ProcessLog.flush()
  printError(found.text)
}
