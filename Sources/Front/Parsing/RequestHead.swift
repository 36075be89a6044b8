import NIOHTTP1

/// The head of one HTTP/1 request, checked. Immutable.
package struct RequestHead: Sendable {
  /// How the end of the body is found (RFC 9112 §6.3).
  package enum Framing: Equatable, Sendable {
    case none
    case length(Int)
    case chunked
  }

  /// A token, in the client's case: methods are case-sensitive.
  let method: String
  /// Origin-form, or `*`; of an absolute-form target what follows the authority.
  let target: String
  /// Of HTTP/1.
  let minorVersion: Int
  /// In the client's order and spelling; what is not UTF-8 in a value is U+FFFD.
  let headers: HTTPHeaders
  /// Those of `headers` that only their bytes say truly.
  let opaque: OpaqueFields
  let framing: Framing
  /// The client allows another request on this connection.
  let keepsAlive: Bool
  /// It waits for 100 before it sends the body.
  let expectsContinue: Bool
  /// The authority of an absolute-form target, else `Host`; empty where HTTP/1.0 names none.
  let host: String
  /// All `Via` lines.
  let via: String?

  /// `uri-host [":" port]` (RFC 3986 §3.2.2) by its form: a name, or an address in brackets, and digits; may be empty.
  static func isHost(_ text: String) -> Bool {
    let bytes = text.utf8[...]
    var end = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
    if bytes.first == UInt8(ascii: "[") {
      guard let bracket = bytes.firstIndex(of: UInt8(ascii: "]")) else { return false }
      end = bytes.index(after: bracket)
      let address = bytes[..<bracket].dropFirst()
      guard !address.isEmpty, address.allSatisfy(HeadSyntax.isOfAddress) else { return false }
    } else if !bytes[..<end].allSatisfy(HeadSyntax.isToken) {
      return false
    }
    let port = bytes[end...]
    guard port.first == UInt8(ascii: ":") else { return port.isEmpty }
    return end > bytes.startIndex && port.count <= 6
      && port.dropFirst().allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}
