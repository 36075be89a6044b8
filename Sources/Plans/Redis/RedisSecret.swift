/// A password of Redis or of a sentinel. Never prints itself.
package enum RedisSecret: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible, CustomReflectable {
  case text(String)
  /// Read again for each connection, so that a password can be changed under a running gateway.
  case file(String)

  package init(stringLiteral text: String) {
    self = .text(text)
  }

  package var description: String {
    switch self {
    case .text: "<redacted>"
    case .file(let path): "{ file: \(path) }"
    }
  }

  package var customMirror: Mirror { Mirror(self, children: []) }
}
