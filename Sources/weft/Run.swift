import ArgumentParser
import Gateway
import Plans

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve a folder of definitions.",
    discussion: """
      Refuses what `check` refuses. SIGTERM or SIGINT stops accepting after the delay, finishes what runs within the \
      drain time, and exits with 0, or with 1 where something had to be cut off. A second signal ends at once.
      """)

  @OptionGroup var definitions: DefinitionArguments
  @OptionGroup var addresses: AddressOptions

  func run() throws {
    Signals.block()
    let plan = addresses.applied(to: try definitions.load())
    try serve(plan)
  }
}

/// Runs a gateway until a signal ends it.
func serve(_ plan: GatewayPlan, then announce: (RunningGateway) -> Void = { _ in }) throws {
  let gateway: RunningGateway
  do {
    gateway = try blocking { try await RunningGateway.start(plan) }
  } catch {
    ProcessLog.flush()
    printError("weft: \(error)")
    throw ExitCode(1)
  }
  for line in gateway.summary { print(line) }
  announce(gateway)
  flushOutput()
  Signals.wait { printError("weft: SIGHUP is ignored: a restart is what reads definitions again") }
  let shutdown = plan.process.shutdown
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
