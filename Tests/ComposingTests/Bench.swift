import Definitions
import Foundation
import JSONText
import Locking
import Messages
import Plans
import TestSockets
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
    case .success(let loaded):
      let plan = loaded.plan
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
    let box = Box()
    let finished = DispatchSemaphore(value: 0)
    // A thread of its own: jobs can't be run from within the test's own task.
    Thread.detachNewThread { [composer, caller] in
      let executor = ManualExecutor()
      Task(executorPreference: executor) {
        let composite = await composer.compose(context, caller: caller)
        box.result.withLock { $0 = composite }
      }
      repeat { executor.drain() } while box.result.withLock { $0 == nil } && caller.advance()
      finished.signal()
    }
    willBlock()
    finished.wait()
    guard let composite = box.result.withLock({ $0 }) else { throw Stuck() }
    return composite
  }

  private final class Box: Sendable {
    let result = Locked<Composite?>(nil)
  }
}

extension Composite {
  var text: String { String(decoding: answer.body, as: UTF8.self) }

  func header(_ lowercase: String) -> String? {
    answer.headers.first { $0.isNamed(lowercase: lowercase) }?.value
  }

  /// The body without the time of day in `_meta`.
  var steadyText: String {
    text.replacing(/"loadedAt":"[^"]*"/, with: #""loadedAt":"T""#)
  }
}
