import Messages
import NIOHTTP1

/// A request's head, checked, whatever protocol it came by. Immutable.
package struct RequestHead: Sendable {
  /// A token, in the client's case: methods are case-sensitive.
  package let method: String
  /// Origin-form, or `*`; of an absolute-form target what follows the authority.
  package let target: String
  package let version: HTTPVersion
  /// In the client's order and spelling; what is not UTF-8 in a value is U+FFFD.
  package let headers: HTTPHeaders
  /// Those of `headers` that only their bytes say truly.
  package let opaque: OpaqueFields
  package let bodyLength: BodyLength
  /// The client allows another request on this connection; always, where it carries several at once.
  package let keepsAlive: Bool
  /// It waits for 100 before it sends the body.
  package let expectsContinue: Bool
  /// The authority of the target, else `Host`; empty where HTTP/1.0 names none.
  package let host: String
  /// All `Via` lines.
  package let via: String?

  package init(
    method: String, target: String, version: HTTPVersion, headers: HTTPHeaders, opaque: OpaqueFields,
    bodyLength: BodyLength, keepsAlive: Bool, expectsContinue: Bool, host: String, via: String?
  ) {
    self.method = method
    self.target = target
    self.version = version
    self.headers = headers
    self.opaque = opaque
    self.bodyLength = bodyLength
    self.keepsAlive = keepsAlive
    self.expectsContinue = expectsContinue
    self.host = host
    self.via = via
  }

  /// `uri-host [":" port]` (RFC 3986 §3.2.2) by its form: a name, or an address in brackets, and digits; may be empty.
  package static func isHost(_ text: String) -> Bool {
    let bytes = text.utf8[...]
    var end = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
    if bytes.first == UInt8(ascii: "[") {
      guard let bracket = bytes.firstIndex(of: UInt8(ascii: "]")) else { return false }
      end = bytes.index(after: bracket)
      let address = bytes[..<bracket].dropFirst()
      guard !address.isEmpty, address.allSatisfy({ HeadSyntax.isOfAddress($0) }) else { return false }
    } else if !bytes[..<end].allSatisfy({ HeadSyntax.isToken($0) }) {
      return false
    }
    let port = bytes[end...]
    guard port.first == UInt8(ascii: ":") else { return port.isEmpty }
    return end > bytes.startIndex && port.count <= 6
      && port.dropFirst().allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}

/// The protocol that a request came by.
package enum HTTPVersion: Sendable {
  case http10, http11, http2

  /// As `Via` names it (RFC 9110 §7.6.3).
  package var name: String {
    switch self {
    case .http10: "1.0"
    case .http11: "1.1"
    case .http2: "2.0"
    }
  }
}
