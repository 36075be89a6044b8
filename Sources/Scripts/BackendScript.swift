import Messages

/// What a backend does with one request. A value.
package struct ScriptedReply: Sendable {
  package enum Effect: Sendable {
    case response(status: Int, headers: [HeaderField], body: [UInt8])
    /// Nothing ever comes.
    case timeout
    /// The connection ends without an answer.
    case reset
    /// What comes is not HTTP.
    case garbage
  }

  /// The time until the first byte.
  package var delay: Duration
  /// How many requests it is for; `nil`: all that come.
  package var times: Int?
  package var effect: Effect

  package init(after delay: Duration = .zero, times: Int? = nil, _ effect: Effect) {
    self.delay = delay
    self.times = times
    self.effect = effect
  }
}

/// What becomes of the requests of one pattern: replies in their order, the last of which goes on unless it is for so many
/// only. A value.
package struct ScriptRule: Sendable {
  package var pattern: RequestPattern
  package var replies: [ScriptedReply]

  package init(_ pattern: RequestPattern, _ replies: [ScriptedReply]) {
    self.pattern = pattern
    self.replies = replies
  }
}

/// A backend by its name, and what it does. A value.
package struct BackendScript: Sendable {
  package var backend: String
  /// The first that a request matches, and that is not used up, answers it.
  package var rules: [ScriptRule]

  package init(_ backend: String, _ rules: [ScriptRule]) {
    self.backend = backend
    self.rules = rules
  }
}

/// Scripts as they are used up. A value.
package struct ScriptCourse: Sendable {
  private struct Rule: Sendable {
    let rule: ScriptRule
    var place = 0
    var used = 0

    /// `nil`: used up.
    mutating func next() -> ScriptedReply? {
      while place < rule.replies.count {
        let reply = rule.replies[place]
        let isLast = place == rule.replies.count - 1
        let times = reply.times ?? (isLast ? Int.max : 1)
        if used < times {
          used += 1
          return reply
        }
        place += 1
        used = 0
      }
      return nil
    }
  }

  private var rules: [String: [Rule]] = [:]

  package init(_ scripts: [BackendScript] = []) {
    for script in scripts { rules[script.backend, default: []] += script.rules.map { Rule(rule: $0) } }
  }

  /// Puts scripts before those that are there.
  package mutating func add(_ scripts: [BackendScript]) {
    for script in scripts {
      rules[script.backend, default: []].insert(contentsOf: script.rules.map { Rule(rule: $0) }, at: 0)
    }
  }

  /// The reply to a request; `nil`: no script has one.
  package mutating func reply(of backend: String, to method: String, _ target: String) -> ScriptedReply? {
    guard let count = rules[backend]?.count else { return nil }
    for index in 0..<count where rules[backend]?[index].rule.pattern.matches(method, target) == true {
      if let reply = rules[backend]?[index].next() { return reply }
    }
    return nil
  }
}
