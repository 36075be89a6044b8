import JSONText
import NIOHTTP1
import Plans

/// The `Cookie` lines of a request (RFC 6265 §4.2). Values are not decoded; one in quotes loses them.
///
/// Split by bytes: to `Character`, a `;` before a combining mark is no `;`, and U+037E is one.
package enum Cookies {
  /// Of cookies with one name, the first counts.
  package static func values(_ headers: HTTPHeaders, _ names: RequestReads.Names) -> JSONValue {
    var cookies = InputMembers(.first)
    for (name, line) in headers where HeaderName.equals(name, "cookie") {
      for pair in line.utf8.split(separator: UInt8(ascii: ";")) {
        guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else { continue }
        let name = String(HeaderName.trimmed(Substring(pair[..<equals])))
        guard !name.isEmpty, names.contains(name) else { continue }
        let value = HeaderName.trimmed(Substring(pair[pair.index(after: equals)...]))
        cookies.add(name, String(value.utf8.isQuoted ? Substring(value.utf8.dropFirst().dropLast()) : value))
      }
    }
    return cookies.object
  }
}
