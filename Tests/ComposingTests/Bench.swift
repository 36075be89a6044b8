import Definitions
import JSONText
import Messages
import Plans
import Synchronization
import Testing

@testable import Composing

/// A composite route from its YAML, its backends scripted, its clock manual.
struct Bench {
  struct Stuck: Error {}

  let caller = ScriptedCaller()
  let composer: Composer

  /// - Parameter route: the text below the route's key, indented by four.
  init(_ route: String, method: String = "GET", path: String = "/r/:id", backend options: String = "") throws {
    let text = """
      backends:
        a: { url: "http://127.0.0.1:1"\(options.isEmpty ? "" : ", \(options)") }
        b: { url: "http://127.0.0.1:2" }
      routes:
        \(method) \(path):
      \(route.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }.joined(separator: "\n"))
      """
    switch DefinitionLoader.load(files: [(name: "r.yaml", text: text)], environment: [:]) {
    case .failure(let diagnostics):
      Issue.record("\(diagnostics.text)")
      throw Stuck()
    case .success(let plan):
      guard case .composite(let composite) = plan.routes[0].work else { throw Stuck() }
      composer = Composer(composite, backends: plan.backends)
    }
  }

  /// Runs the route once, moving the clock whenever nothing else can happen.
  func compose(
    inputs: String = #"{"path": {"id": "7"}, "query": {}}"#, headers: [HeaderField] = [], idempotencyKey: String? = nil,
    handling: RequestContext.Handling? = nil
  ) throws -> Composite {
    var scope = Scope()
    for member in try JSONText(Array(inputs.utf8)).root.members {
      scope.root.append(member.key.string ?? "", .slice(member.value))
    }
    let context = RequestContext(
      scope: scope, forwardable: headers, idempotencyKey: idempotencyKey, handling: handling,
      started: ScriptedCaller.start)
    let executor = ManualExecutor()
    let box = Box()
    Task(executorPreference: executor) { [composer, caller] in
      let composite = await composer.compose(context, caller: caller)
      box.result.withLock { $0 = composite }
    }
    while true {
      executor.drain()
      if let composite = box.result.withLock({ $0 }) { return composite }
      guard caller.advance() else { throw Stuck() }
    }
  }

  private final class Box: Sendable {
    let result = Mutex<Composite?>(nil)
  }
}

extension Composite {
  var text: String { String(decoding: reply.body, as: UTF8.self) }

  func header(_ lowercase: String) -> String? {
    reply.headers.first { $0.isNamed(lowercase) }?.value
  }

  /// The body without the time of day in `_meta`.
  var steadyText: String {
    text.replacing(/"loadedAt":"[^"]*"/, with: #""loadedAt":"T""#)
  }
}
