import Locking

/// *Guarded by its mutex.* The sets of rules of the process: the same one for the same settings and files while anybody
/// holds it, whatever generation of the definitions asks.
package final class RuleSets: Sendable {
  private struct Key: Hashable {
    let settings: RuleSettings
    let files: RuleFiles
  }

  private struct WeakSet {
    weak var set: RuleSet?
  }

  package static let shared = RuleSets()

  private let sets = Locked<[Key: WeakSet]>([:])

  package init() {}

  /// Reads and compiles where nobody has them. Blocks.
  package func set(
    _ settings: RuleSettings, core: RuleFiles.Core = .init(),
    library: Result<ModSecurity, RuleFault> = ModSecurity.shared
  ) throws(RuleFault) -> RuleSet {
    let library = try library.get()
    let files = try RuleFiles(settings, core: core)
    let key = Key(settings: settings, files: files)
    if let known = sets.withLock({ $0[key]?.set }) { return known }
    let set = try RuleSet(settings, files, by: library)
    return sets.withLock { sets in
      // Somebody else was as fast.
      if let known = sets[key]?.set { return known }
      sets = sets.filter { $0.value.set != nil }
      sets[key] = WeakSet(set: set)
      return set
    }
  }
}
