import ArgumentParser
import Definitions
import Mocks
import Plans
import Scripts

struct Mock: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve a folder's mocks: scripted backends on real ports.",
    discussion: """
      The files of the folder's mocks/ say what backends answer, as tests do. Each backend gets a port of 127.0.0.1, which \
      is printed; `weft run --mock` runs the gateway over them instead. A request that no script answers gets a 501. Ends \
      with SIGTERM or SIGINT.
      """)

  @OptionGroup var definitions: DefinitionArguments
  @Option(help: ArgumentHelp("First of the ports, in a row; 0 takes free ones.", valueName: "port"))
  var firstPort = 0

  func run() throws {
    Signals.block()
    let (mocks, ports) = try MockOptions.start(definitions, try definitions.load(), firstPort: firstPort)
    defer { mocks.stop() }
    for (backend, port) in ports { print("\(backend) on http://127.0.0.1:\(port)") }
    flushOutput()
    Signals.wait {}
  }
}

enum MockOptions {
  /// Starts the mocks of a folder; throws where there are none.
  static func start(
    _ definitions: DefinitionArguments, _ plan: GatewayPlan, firstPort: Int = 0
  ) throws -> (MockBackends, [(backend: String, port: Int)]) {
    let scripts: [BackendScript]
    switch TestLoader.mocks(directory: definitions.directory, plan: plan) {
    case .success(let found): scripts = found
    case .failure(let found):
      printError(found.text)
      throw ExitCode(1)
    }
    guard !scripts.isEmpty else {
      printError("weft: there are no mocks in \(definitions.directory)/\(TestLoader.mocks)")
      throw ExitCode(1)
    }
    let mocks = MockBackends(scripts)
    do {
      return (mocks, try mocks.start(firstPort: firstPort))
    } catch {
      mocks.stop()
      printError("weft: \(error)")
      throw ExitCode(1)
    }
  }
}

extension GatewayPlan {
  /// With mocks in place of the backends that have one, without TLS and without asking them how they are.
  func mocked(_ ports: [(backend: String, port: Int)]) -> GatewayPlan {
    var plan = self
    for (name, port) in ports {
      guard let index = plan.backends.firstIndex(where: { $0.name == name }) else { continue }
      plan.backends[index].addresses = [BackendPlan.Address(origin: "http://127.0.0.1:\(port)")]
      plan.backends[index].version = .http1
      plan.backends[index].health = nil
    }
    return plan
  }
}

extension LoadedDefinitions {
  func mocked(_ ports: [(backend: String, port: Int)]) -> LoadedDefinitions {
    var loaded = self
    loaded.plan = plan.mocked(ports)
    return loaded
  }
}
