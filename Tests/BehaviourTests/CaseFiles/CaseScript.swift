import Foundation

/// Plays one case's backends and judges what they got. Guarded by its lock.
final class CaseScript: @unchecked Sendable {
  private struct Rule {
    var lines: [String]
    var answers: [CaseAnswer]
    var barriers: [Barrier?]
    var asked = 0
  }

  private let lock = NSLock()
  private var rules: [String: [Rule]]
  private var faults: [String] = []
  private var arrivals: [String] = []

  init(_ backends: [String: [String: CaseAnswers]]) {
    let meeting = backends.values.flatMap(\.values).flatMap(\.inTurn).lazy.compactMap(\.meets).first
    let barrier = meeting.map { Barrier($0) }
    rules = backends.mapValues { rules in
      rules.map { key, answers in
        Rule(
          lines: key.components(separatedBy: " | "), answers: answers.inTurn,
          barriers: answers.inTurn.map { $0.meets == nil ? nil : barrier })
      }
    }
  }

  func answer(_ request: RecordedRequest, of backend: String) -> ScriptedAnswer {
    lock.withLock {
      arrivals.append(request.line)
      guard let index = rules[backend]?.firstIndex(where: { $0.lines.contains(request.line) }) else {
        faults.append("\(backend) got an unexpected request: \(request.line)")
        return .json(#"{"harness":"unexpected request"}"#, status: 598)
      }
      let turn = min(rules[backend]![index].asked, rules[backend]![index].answers.count - 1)
      rules[backend]![index].asked += 1
      let answer = rules[backend]![index].answers[turn]
      do {
        let problems = try answer.saw?.problems(request.head, request.body) ?? []
        faults += problems.map { "\(backend), \(request.line): \($0)" }
      } catch {
        faults.append("\(backend), \(request.line): \(error)")
      }
      return rules[backend]![index].barriers[turn].map { answer.answer.waiting(at: $0) } ?? answer.answer
    }
  }

  /// Everything that is wrong with what the backends got.
  func problems(_ behaviour: BehaviourCase) -> [String] {
    lock.withLock {
      var problems = faults
      for (backend, rules) in rules {
        for rule in rules {
          let wanted = rule.lines.lazy.compactMap { behaviour.times[$0] }.first ?? rule.answers.count
          if rule.asked != wanted {
            problems.append("\(backend), \(rule.lines[0]): expected \(wanted) requests, got \(rule.asked)")
          }
        }
      }
      if let order = behaviour.order, order != arrivals {
        problems.append("order of requests: expected \(order), got \(arrivals)")
      }
      return problems
    }
  }
}
