import JSONText

/// Something that is wrong now, in words. A value.
package struct Trouble: Sendable, Equatable {
  package enum Weight: String, Sendable {
    /// Clients see it.
    case bad
    /// They may soon.
    case warning
  }

  package enum Subject: String, Sendable {
    case backend, route, gateway
  }

  package let weight: Weight
  package let subject: Subject
  /// The backend's or the route's; of the gateway a word.
  package let name: String
  /// Without the name.
  package let words: String

  package init(_ weight: Weight, _ subject: Subject, _ name: String, _ words: String) {
    self.weight = weight
    self.subject = subject
    self.name = name
    self.words = words
  }

  package var json: JSONValue {
    [
      "weight": .string(weight.rawValue), "subject": .string(subject.rawValue), "name": .string(name),
      "words": .string(words),
    ]
  }
}

/// Finds what is wrong in the figures of the last minute.
package enum Troubles {
  /// Failures below this share are told nothing of, nor those below this number.
  static let leastShare = 0.05
  static let leastFailures: UInt64 = 3
  /// A backend with fewer calls is not called slow.
  static let leastCalls: UInt64 = 5

  /// What is known of a backend's addresses, in words and in how bad it is: "breaker open for 4 s".
  package struct Condition: Sendable {
    package let weight: Trouble.Weight
    package let words: String

    package init(_ weight: Trouble.Weight, _ words: String) {
      self.weight = weight
      self.words = words
    }
  }

  /// Of one backend; `nil` where all is well.
  package static func ofBackend(
    _ name: String, _ tally: Tally?, _ conditions: [Condition], slowFrom: Duration
  ) -> Trouble? {
    var words: [String] = []
    var weight = Trouble.Weight.warning
    if let tally {
      if let failing = failing(tally) {
        words.append(failing)
        weight = .bad
      } else if tally.total >= leastCalls, let p95 = tally.quantile(0.95), p95 >= Double(slowFrom.nanoseconds) / 1e6 {
        words.append("slow, p95 \(time(p95)) in the last minute")
      }
    }
    words += conditions.map(\.words)
    if conditions.contains(where: { $0.weight == .bad }) { weight = .bad }
    return words.isEmpty ? nil : Trouble(weight, .backend, name, words.joined(separator: ", "))
  }

  /// Of one route that answers with errors.
  package static func ofRoute(_ name: String, _ tally: Tally) -> Trouble? {
    guard let share = tally.failedShare, share >= leastShare, tally.failed >= leastFailures else { return nil }
    return Trouble(.bad, .route, name, "\(percent(share)) errors in the last minute")
  }

  private static func failing(_ tally: Tally) -> String? {
    guard let share = tally.failedShare, share >= leastShare, tally.failed >= leastFailures,
      let first = tally.failures.first
    else { return nil }
    let part = Double(first.count) / Double(tally.total)
    return "\(percent(part)) \(first.outcome) in the last minute"
  }

  static func percent(_ share: Double) -> String {
    share > 0 && share < 0.01 ? "under 1 %" : "\(Int((share * 100).rounded())) %"
  }

  /// - Parameter milliseconds: not negative.
  static func time(_ milliseconds: Double) -> String {
    if milliseconds < 1000 { return "\(Int(milliseconds.rounded())) ms" }
    let tenths = Int((milliseconds / 100).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
  }
}
