import ArgumentParser
import Gateway
import Plans

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve a folder of definitions.",
    discussion: """
      Refuses what `check` refuses. SIGHUP reads the folder again, and serves it where it is good. SIGTERM or SIGINT \
      stops accepting after the delay, finishes what runs within the drain time, and exits with 0, or with 1 where \
      something had to be cut off. A second signal ends at once.
      """)

  @OptionGroup var definitions: DefinitionArguments
  @OptionGroup var addresses: AddressOptions
  @Flag(help: "Read the folder again whenever a file in it was changed.")
  var watch = false

  func run() throws {
    Signals.block()
    let plan = addresses.applied(to: try definitions.load())
    let folder = definitions.directory
    try serve(plan, reloading: definitions.source(addresses)) { gateway in
      guard watch else { return }
      guard let changes = FolderWatch(folder) else {
        return printError("weft: \(folder) can't be watched: the system has no more watches (inotify)")
      }
      changes.begin { reload(gateway) }
      print("watching \(folder)")
    }
  }
}

/// Runs a gateway until a signal ends it.
func serve(
  _ plan: GatewayPlan, reloading source: @escaping DefinitionSource, then announce: (RunningGateway) -> Void
) throws {
  let gateway: RunningGateway
  do {
    gateway = try blocking { try await RunningGateway.start(plan, reloading: source) }
  } catch {
    ProcessLog.flush()
    printError("weft: \(error)")
    throw ExitCode(1)
  }
  for line in gateway.summary { print(line) }
  announce(gateway)
  flushOutput()
  Signals.wait { reload(gateway) }
  let shutdown = gateway.shutdownTimes
  if shutdown.delay > .zero { print("stopping: accepting for another \(shutdown.delay.written)") }
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
