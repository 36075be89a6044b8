import NIOHTTP1

/// The head of one HTTP/1 request, checked. Immutable.
struct RequestHead: Sendable {
  /// How the end of the body is found (RFC 9112 §6.3).
  enum Framing: Equatable, Sendable {
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
  /// In the client's order and spelling, without those that are `opaque`.
  let headers: HTTPHeaders
  /// Fields with a value that is not UTF-8, which RFC 9110 §5.5 allows, in order: all lines of such a name.
  let opaque: [OpaqueField]
  let framing: Framing
  /// The client allows another request on this connection.
  let keepsAlive: Bool
  /// It waits for 100 before it sends the body.
  let expectsContinue: Bool
  /// The authority of an absolute-form target, else `Host`; empty where HTTP/1.0 names none.
  let host: String
  /// All `Via` lines.
  let via: String?

  /// `uri-host [":" port]` by its characters; may be empty.
  static func isHost(_ text: String) -> Bool {
    text.utf8.allSatisfy {
      HeadSyntax.isToken($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]")
    }
  }
}
