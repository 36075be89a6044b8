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

  init(_ composer: Composer) { self.composer = composer }

  /// Runs the route once, moving the clock whenever nothing else can happen.
  func compose(
    inputs: String = #"{"path": {"id": "7"}, "query": {}}"#, headers: [HeaderField] = [], idempotencyKey: String? = nil,
    handling: RequestContext.Handling? = nil
  ) throws -> Composite {
    try run(inputs: inputs, headers: headers, idempotencyKey: idempotencyKey, handling: handling).answer
  }

  /// A route's course: its answer, when it was given, and what there was to tell in the end.
  struct Course {
    var answer: Composite
    /// Milliseconds from the start.
    var answeredAt: Int
    /// `nil`: nothing went on without a client.
    var detachedAt: Int?
    var end: WritesEnd
    /// The client had not left before the answer.
    var wasThere: Bool
  }

  /// As `compose`, with all that goes on behind the answer.
  /// - Parameter leaving: the time after which the client leaves.
  func run(
    inputs: String = #"{"path": {"id": "7"}, "query": {}}"#, headers: [HeaderField] = [], idempotencyKey: String? = nil,
    handling: RequestContext.Handling? = nil, leavingAt leaving: Duration? = nil
  ) throws -> Course {
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
      let task = Task(executorPreference: executor) {
        let end = await composer.compose(context, caller: caller, listener: Listener(box: box, caller: caller))
        box.state.withLock { $0.end = end }
      }
      if let leaving {
        caller.schedule(after: leaving) {
          box.state.withLock { $0.wasThere = $0.answer != nil }
          task.cancel()
        }
      }
      repeat { executor.drain() } while box.state.withLock { $0.end == nil } && caller.advance()
      finished.signal()
    }
    willBlock()
    finished.wait()
    let state = box.state.withLock { $0 }
    guard let answer = state.answer, let end = state.end, let answeredAt = state.answeredAt else { throw Stuck() }
    return Course(
      answer: answer, answeredAt: answeredAt, detachedAt: state.detachedAt, end: end, wasThere: state.wasThere)
  }

  private struct State: Sendable {
    var answer: Composite?
    var answeredAt: Int?
    var detachedAt: Int?
    var heldBytes: Int?
    var end: WritesEnd?
    var wasThere = true
  }

  private final class Box: Sendable {
    let state = Locked(State())
  }

  private struct Listener: CompositionListener {
    let box: Box
    let caller: ScriptedCaller

    private var now: Int { ScriptedCaller.start.milliseconds(to: caller.now()) }

    func answered(_ composite: Composite) {
      box.state.withLock { state in
        precondition(state.answer == nil, "answered twice")
        (state.answer, state.answeredAt) = (composite, now)
      }
    }

    func detached(holding bytes: Int) {
      box.state.withLock { state in
        precondition(bytes > state.heldBytes ?? -1, "told what is known")
        state.heldBytes = bytes
        state.detachedAt = state.detachedAt ?? now
      }
    }
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
