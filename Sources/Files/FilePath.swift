import Front

/// The file that a request names, below the folder of its route. A value.
package struct FilePath: Equatable, Sendable {
  /// Decoded; none is empty, begins with a dot, or has a separator in it.
  package let names: [String]
  /// The request's path ends in a slash: what is meant is a folder.
  package let isFolder: Bool

  /// `nil`: no file can have it.
  /// - Parameters:
  ///   - rest: of the request's path behind the route's, with its escapes.
  ///   - endsInSlash: the request's path does.
  package init?(rest: String, endsInSlash: Bool) {
    var parts = rest.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    if parts.last?.isEmpty == true { parts.removeLast() }
    var names: [String] = []
    for part in parts {
      let name = Percent.text(String(Substring(part)))
      guard Self.isName(name) else { return nil }
      names.append(name)
    }
    self.names = names
    isFolder = endsInSlash
  }

  /// A name that may be served: no file that hides itself, and no way up or out.
  package static func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, first != UInt8(ascii: ".") else { return false }
    return !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") || $0 == 0 }
  }

  /// Of the folder's own index, or of the one that is meant.
  package func file(index: String) -> String { (names + (isFolder ? [index] : [])).joined(separator: "/") }

  /// `app.js` has one, `orders` has none: what pages of an application are called.
  var hasEnding: Bool { names.last?.utf8.contains(UInt8(ascii: ".")) == true }
}
