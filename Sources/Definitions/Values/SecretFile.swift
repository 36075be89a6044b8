import JSONText
import NamedFiles
import Plans

/// Reads `{ file: path }`.
enum SecretFile {
  /// A constant that prints as its path.
  static func template(_ node: YAMLNode, _ loading: Loading) -> TextTemplate? {
    read(node, loading).map { TextTemplate(constant: .string($0.text), source: "{ file: \($0.path) }") }
  }

  /// What is there now, and where.
  static func read(_ node: YAMLNode, _ loading: Loading) -> (path: String, text: String)? {
    guard let reader = MappingReader<SecretKeys>(node, loading), let path = reader[\.file],
      let place = reader.pair(\.file)?.value
    else { return nil }
    let content = loading.content(namedAt: place) { () throws(NamedFileFault) in try SecretText.read(path) }
    guard let text = content else { return nil }
    guard HeaderTemplate.isAllowed(text) else {
      loading.report(place, "the secret has a line break or another control character in it, which no header can have")
      return nil
    }
    loading.noteSecret(text, of: path)
    return (path, text)
  }
}

/// A secret in a file.
struct SecretKeys: KeySet {
  static let title = "Secret"
  static let noun = "a secret"
  static let introduction = """
    Where a header's value may stand, a secret may be read from a file when the definitions are loaded. It is never \
    printed. Secrets of the environment are written `${env.NAME}`.
    """

  let file = Key<String>(
    "file", .file(), required: true,
    "Its content, without a line break at the end. At most 64 KiB.", example: "/run/secrets/token")
}
