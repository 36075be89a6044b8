import NIOHTTP1

/// The `Cookie` lines of a request (RFC 6265 §4.2). Values are not decoded; one in quotes loses them.
///
/// Split by bytes: to `Character`, a `;` before a combining mark is no `;`, and U+037E is one.
package enum Cookies {
  /// Every cookie in its order.
  package static func forEach(_ headers: HTTPHeaders, _ body: (_ name: String, _ value: String) -> Void) {
    for (name, line) in headers where HeaderName.equals(name, "cookie") {
      for pair in line.utf8.split(separator: UInt8(ascii: ";")) {
        guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else { continue }
        let name = String(HeaderName.trimmed(Substring(pair[..<equals])))
        guard !name.isEmpty else { continue }
        let value = HeaderName.trimmed(Substring(pair[pair.index(after: equals)...]))
        body(name, String(value.utf8.isQuoted ? Substring(value.utf8.dropFirst().dropLast()) : value))
      }
    }
  }
}
