import NamedFiles

/// A value that is never printed, however it is asked for. Immutable.
package struct Secret<Value: Sendable>: Sendable {
  package let revealed: Value

  package init(_ value: Value) {
    revealed = value
  }
}

extension Secret: Equatable where Value: Equatable {}
extension Secret: Hashable where Value: Hashable {}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "<redacted>" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}

/// A secret that stands alone in a file.
package enum SecretText {
  /// The longest secret, in bytes.
  package static let longest = 64 * 1024

  /// The content without the line break at its end. Blocks.
  package static func read(_ path: String) throws(NamedFileFault) -> String {
    var text = try NamedFile(path, atMost: longest).text()
    if text.hasSuffix("\r\n") || text.hasSuffix("\n") { text.removeLast() }
    return text
  }
}
