import Front
import Messages
import Plans

/// Has answers say what makes browsers careful, and not what made them (`secure`). *Immutable.*
package struct SecureStage: Stage {
  package let name = "secure"
  package let seesAnswers = true
  private let changes: FieldChanges

  /// - Parameter own: lower-case names that the definition itself sets on answers: they stay.
  package init(keeping own: Set<String>) {
    var changes = FieldChanges()
    for (name, value) in Self.fields where !own.contains(name.lowercased()) { changes.set(name, value) }
    for name in ["server", "x-powered-by"] where !own.contains(name) { changes.remove(name) }
    self.changes = changes
  }

  private static let fields = [
    ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
  ]

  package func enter(_ exchange: Exchange) -> StageStep { .pass }

  package func leave(
    _ exchange: Exchange, _ head: inout AnswerHead, _ fields: some FieldSequence, length: Int?
  ) -> (any BodyFilter)? {
    head.changes.add(changes)
    return nil
  }
}
