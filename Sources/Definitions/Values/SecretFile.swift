import Foundation
import JSONText
import Plans

/// Reads `{ file: path }`.
enum SecretFile {
  static let maxBytes = 64 * 1024

  /// A constant that prints as its path.
  static func template(_ node: YAMLNode, _ loading: Loading) -> TextTemplate? {
    guard let reader = MappingReader<SecretKeys>(node, loading), let path = reader[\.file],
      let place = reader.pair(\.file)?.value
    else { return nil }
    guard let handle = FileHandle(forReadingAtPath: path), let data = try? handle.read(upToCount: maxBytes + 1),
      data.count <= maxBytes, let text = text(data)
    else {
      loading.report(
        place, "the secret's file can't be read, is empty, not UTF-8 or larger than \(maxBytes.bytesWritten)")
      return nil
    }
    guard HeaderTemplate.isAllowed(text) else {
      loading.report(place, "the secret has a line break or another control character in it, which no header can have")
      return nil
    }
    return TextTemplate(constant: .string(text), source: "{ file: \(path) }")
  }

  /// Without the line break at its end; `nil` where nothing is left, or it is no text.
  private static func text(_ data: Data) -> String? {
    guard var text = String(validating: data, as: UTF8.self) else { return nil }
    if text.hasSuffix("\r\n") || text.hasSuffix("\n") { text.removeLast() }
    return text.isEmpty ? nil : text
  }
}
