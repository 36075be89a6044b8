import Foundation

/// Runs the cases of one file, one after another, against one gateway and its backends. Confined to one thread.
final class CaseRunner {
  private let file: CaseFile
  private let gateway: GatewayProcess
  private let backends: [String: ScriptedBackend]
  private let deadEnds: [DeadEnd]

  init(_ file: CaseFile) throws {
    self.file = file
    let names = (1...max(1, file.backends)).map { "B\($0)" }
    var backends: [String: ScriptedBackend] = [:]
    for name in names { backends[name] = try ScriptedBackend { _ in .json("null", status: 598) } }
    self.backends = backends
    let refused = try DeadEnd(.refusing)
    let silent = try DeadEnd(.silent)
    deadEnds = [refused, silent]
    var environment = file.environment.merging(backends.mapValues(\.url)) { $1 }
    environment["REFUSED"] = refused.url
    environment["SILENT"] = silent.url
    gateway = try GatewayProcess(
      files: file.files.merging(["cases.yaml": file.wholeDefinition]) { $1 }, environment: environment)
  }

  /// Everything that went wrong, each with the name of its case.
  func run() throws -> [String] {
    defer { for backend in backends.values { backend.stop() } }
    var problems: [String] = []
    for behaviour in file.cases {
      do {
        problems += try run(behaviour).map { "\(behaviour.name): \($0)" }
      } catch {
        problems.append("\(behaviour.name): \(error)")
      }
      if gateway.child.hasEnded {
        return problems + ["\(behaviour.name): the gateway has ended\n\(gateway.child.errors.text)"]
      }
    }
    let status = try gateway.stop()
    if status != 0 { problems.append("exit status \(status) after SIGTERM: \(gateway.child.errors.text)") }
    return problems
  }

  private func run(_ behaviour: BehaviourCase) throws -> [String] {
    let script = CaseScript(behaviour.backends)
    for (name, backend) in backends {
      // Over one that was kept a request may be sent twice.
      backend.closeConnections()
      backend.restart { script.answer($0, of: name) }
    }
    var problems: [String] = []
    for step in behaviour.steps {
      do {
        let response = try exchange(step.request)
        let found = try step.expect.problems(response)
        problems += found
        if !found.isEmpty { problems[problems.count - 1] += "\n\(response)" }
      } catch {
        problems.append("\(step.request.line): \(error)")
      }
    }
    if !waitForAbandonments(behaviour.abandoned) {
      problems.append("expected \(behaviour.abandoned) requests to be left unfinished")
    }
    return problems + script.problems(behaviour)
  }

  /// Waits until as many requests of all backends together were left unfinished.
  private func waitForAbandonments(_ count: Int) -> Bool {
    let deadline = Patience.deadline
    while backends.values.reduce(0, { $0 + $1.abandonmentCount }) < count {
      if deadline.timeIntervalSinceNow < 0 { return false }
      usleep(2_000)
    }
    return true
  }

  private func exchange(_ request: CaseRequest) throws -> RawResponse {
    let client = try RawClient(port: gateway.port)
    try client.sendRaw(request.bytes)
    guard let response = try client.receive(method: request.method) else {
      throw SocketFailure.closed
    }
    return response
  }
}
