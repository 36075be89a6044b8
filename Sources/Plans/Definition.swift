/// The text of a route or a backend in a file, key by key, in one form whatever its comments and white space: a reload
/// tells by it what was edited. It may hold what a definition holds, so it is never printed.
package struct Definition: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
  private struct Part: Hashable {
    let key: String
    let text: String
  }

  private var parts: [Part] = []

  package init() {}

  /// - Parameter text: the same for two values that mean the same.
  package mutating func add(_ key: String, _ text: String) {
    parts.append(Part(key: key, text: text))
  }

  /// The keys whose values are others in `newer`, in the order of either. Empty: they are the same.
  package func changes(to newer: Definition) -> [String] {
    let (old, new) = (texts, newer.texts)
    let gone = parts.map(\.key).filter { new[$0] == nil }
    let changed = newer.parts.map(\.key).filter { old[$0] != new[$0] } + gone
    // Calls in another order, which is that of the members of answers.
    return changed.isEmpty && self != newer ? ["calls"] : changed
  }

  private var texts: [String: String] { Dictionary(parts.map { ($0.key, $0.text) }) { first, _ in first } }

  package var description: String { "<definition>" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}

/// A place in a definition file. Line and column count from 1; the column counts Unicode scalars.
package struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
  package var file: String
  package var line: Int
  package var column: Int

  package init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// The place as compilers and editors write it: `file:line:column`.
  package var description: String { "\(file):\(line):\(column)" }
}
