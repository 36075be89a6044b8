import JSONText
import NIOHTTP1
import Plans

/// The `Cookie` lines of a request (RFC 6265 §4.2). Values are not decoded; one in quotes loses them.
enum Cookies {
  /// Of cookies with one name, the first counts.
  static func values(_ headers: HTTPHeaders, _ names: RequestReads.Names) -> JSONObject {
    var cookies = JSONObject()
    for (name, line) in headers where HeaderName.equals(name, "cookie") {
      for pair in line.split(separator: ";") {
        guard let equals = pair.firstIndex(of: "=") else { continue }
        let name = String(HeaderName.trimmed(pair[..<equals]))
        guard !name.isEmpty, names.contains(name), cookies[name] == nil else { continue }
        var value = HeaderName.trimmed(pair[pair.index(after: equals)...])
        if value.utf8.count >= 2, value.first == "\"", value.last == "\"" { value = value.dropFirst().dropLast() }
        cookies.append(name, .string(String(value)))
      }
    }
    return cookies
  }
}
