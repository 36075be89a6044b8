import Locking

/// *Guarded by its lock.* The figures of backends by their names: they go on where a definition changes.
final class BackendFigureTable: Sendable {
  /// Names that are kept. A backend beyond them counts for itself, unseen, until the restart.
  static let mostNames = 4096

  private let loops: Int
  private let table = Locked<[String: BackendFigures]>([:])

  init(loops: Int) {
    self.loops = loops
  }

  func figures(of name: String) -> BackendFigures {
    table.withLock { table in
      if let figures = table[name] { return figures }
      let figures = BackendFigures(loops: loops)
      if table.count < Self.mostNames { table[name] = figures }
      return figures
    }
  }

  var all: [(name: String, figures: BackendFigures)] { table.withLock { $0.map { ($0.key, $0.value) } } }
}
