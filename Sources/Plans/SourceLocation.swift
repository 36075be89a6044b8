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

  /// As compilers and editors write it: `file:line:column`.
  package var description: String { "\(file):\(line):\(column)" }
}
