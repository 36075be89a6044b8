/// The member of the answer that tells of partial failure.
package struct MetaPlan: Hashable, Sendable {
  package enum When: String, CaseIterable, Sendable {
    case partial, always, never
  }

  package var name = "_meta"
  package var when = When.partial

  package init(name: String = "_meta", when: When = .partial) {
    self.name = name
    self.when = when
  }
}
