import Foundation
import Messages
import TestSockets
import Testing

@testable import Composing

extension [(Int, String)] {
  /// The order at one time means nothing.
  var inOrder: [String] { sorted { $0 < $1 }.map { "\($0) \($1)" } }
}

/// Composites that were made up, with faults and leaving clients, run as the rules say (`WriteModel`).
///
/// `WEFT_MODEL_RUNS` says how many (2,000), `WEFT_MODEL_SEED` the first one (0): with one run, its graph and both courses
/// are printed where they differ.
@Suite(.ownThreads) struct ModelTests {
  private static func setting(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } }

  @Test func whatIsMadeUpRunsByTheRules() throws {
    let first = Self.setting("WEFT_MODEL_SEED") ?? 0
    let count = Self.setting("WEFT_MODEL_RUNS") ?? 2000
    var facts = Facts()
    var composer: Composer?
    for seed in first..<first + count {
      let world = ModelCase(seed: UInt64(seed))
      let expected = WriteModel.course(world)
      if composer == nil || seed % ModelCase.seedsOfARoute == 0 {
        composer = try Bench(world.definition, method: "POST").composer
      }
      var found = try Self.course(world, #require(composer))
      if expected.isGivenUp { (found.isGivenUp, found.outcome, found.inDoubt) = (true, "", []) }
      facts.count(expected)
      guard found == expected else {
        Issue.record(
          """
          seed \(seed), x: \(world.x), strict: \(world.isStrict), leaves: \(world.leaves.map { "\($0)" } ?? "never")
          \(world.definition)
          replies:  \(world.calls.map(\.replies))
          undoing:  \(world.calls.map(\.undoReplies))
          found:    \(found)
          expected: \(expected)
          """)
        return
      }
    }
    // What is made up has something of everything.
    if count >= 1000 { #expect(facts.areAll, "\(facts)") }
  }

  private struct Facts {
    var undone = 0
    var notUndone = 0
    var inDoubt = 0
    var behind = 0
    var refusals = 0
    var plain = 0

    mutating func count(_ course: WriteModel.Course) {
      undone += course.undone.count { $0.hasSuffix("true") }
      notUndone += course.undone.count { $0.hasSuffix("false") }
      inDoubt += course.inDoubt.count
      behind += course.isDetached ? 1 : 0
      plain += course.answer?.hasSuffix(" 200 ") == true ? 1 : 0
      refusals += course.answer?.contains(" 409 ") == true ? 1 : 0
    }

    var areAll: Bool { [undone, notUndone, inDoubt, behind, refusals, plain].allSatisfy { $0 > 10 } }
  }

  private static func course(_ world: ModelCase, _ composer: Composer) throws -> WriteModel.Course {
    let bench = Bench(composer)
    world.write(to: bench.caller)
    let inputs = #"{"path": {"id": "7"}, "query": \#(world.x ? #"{"x":"1"}"# : "{}")}"#
    let run = try bench.run(
      inputs: inputs, handling: world.isStrict ? .strict : nil, leavingAt: world.leaves.map { .microseconds($0) })
    var course = WriteModel.Course()
    let sent = bench.caller.begun.map { ("", $0) } + bench.caller.repeated.map { ("again ", $0) }
    course.sent =
      sent.map { word, sent in
        let time = Int(sent.at.nanoseconds - ScriptedCaller.start.nanoseconds) / 1000
        return (time, "\(word)\(sent.request.method) \(sent.request.target)")
      }.inOrder
    course.isDetached = run.detachedAt != nil
    if run.wasThere {
      course.answer =
        "\(run.answeredAt) \(run.answer.answer.status) \(run.answer.header("weft-outcome") ?? "")"
    }
    course.undone = run.end.compensations.map { "\($0.call) \($0.isDone)" }
    course.inDoubt = run.end.inDoubt
    course.outcome = run.end.outcome ?? ""
    return course
  }
}
