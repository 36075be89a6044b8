import Glibc

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

  /// The content without the line break at its end; `nil` where the file can't be read, is too long, or holds no text.
  /// Blocks.
  package static func read(_ path: String) -> String? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: longest + 1)
    let count = fread(&bytes, 1, bytes.count, file)
    guard count <= longest, ferror(file) == 0, var text = String(validating: bytes[..<count], as: UTF8.self)
    else { return nil }
    if text.hasSuffix("\r\n") || text.hasSuffix("\n") { text.removeLast() }
    return text.isEmpty ? nil : text
  }
}
