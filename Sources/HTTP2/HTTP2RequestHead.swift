import Front
import Messages
import NIOHPACK
import NIOHTTP1

// A header section of HTTP/2 to a head as all protocols have it (RFC 9113 §8.3.1). NIOHTTP2 has seen to what makes one
// malformed: names in upper case, fields of the connection, pseudo-header fields that are missing, repeated or unknown.
extension RequestHead {
  /// More fields than this are 431.
  private static let maxFields = 256

  /// - Parameter isComplete: the request has no body.
  init(_ section: HPACKHeaders, isComplete: Bool) throws(RequestFault) {
    var parts = Parts()
    parts.fields.reserveCapacity(section.count)
    for (name, value, _) in section { try parts.take(name, value) }
    guard parts.fields.count <= Self.maxFields else {
      throw RequestFault(431, "more than \(Self.maxFields) header lines")
    }
    if parts.method == "CONNECT" { throw RequestFault(405, "this is no tunnel") }
    if parts.method == "TRACE" { throw RequestFault(405, "TRACE is not answered") }
    let host = try parts.authority()
    self.init(
      method: parts.method, target: try parts.target(), version: .http2, headers: HTTPHeaders(parts.fields),
      opaque: OpaqueFields(), bodyLength: isComplete ? .none : parts.length.map { .known($0) } ?? .unknown,
      keepsAlive: true, expectsContinue: parts.expectsContinue, host: host, via: parts.via)
  }

  private struct Parts {
    var method = ""
    var path = ""
    var pseudoAuthority: String?
    var hosts: [String] = []
    var fields: [(String, String)] = []
    /// The place of `cookie` in `fields`: its crumbs are joined (RFC 9113 §8.2.3).
    var cookie: Int?
    var length: Int?
    var expectsContinue = false
    var via: String?

    mutating func take(_ name: String, _ value: String) throws(RequestFault) {
      switch name {
      case ":method": method = value
      case ":path": path = value
      case ":authority": pseudoAuthority = value
      case ":scheme": return
      case "host": hosts.append(value)
      case "cookie":
        try check(value)
        if let cookie { fields[cookie].1 += "; " + value } else { cookie = fields.count }
        if cookie == fields.count { fields.append((name, value)) }
      default:
        try interpret(name, value)
        try check(value)
        fields.append((name, value))
      }
    }

    /// RFC 9113 §8.2.1.
    private func check(_ value: String) throws(RequestFault) {
      guard value.utf8.allSatisfy({ HeadSyntax.isFieldValue($0) }) else {
        throw .bad("a header has a control character")
      }
      let (first, last) = (value.utf8.first ?? 0, value.utf8.last ?? 0)
      if HeadSyntax.isBlank(first) || HeadSyntax.isBlank(last) { throw .bad("a header has blanks around its value") }
    }

    private mutating func interpret(_ name: String, _ value: String) throws(RequestFault) {
      switch name {
      case "via":
        guard !Via.names(value) else { throw RequestFault(508, "the request has been here before") }
        via = via.map { "\($0), \(value)" } ?? value
      case "expect":
        guard HeaderName.equals(value, "100-continue") else { throw RequestFault(417, "unknown expectation") }
        expectsContinue = true
      case "content-length":
        guard length == nil, let number: Int = PeerNumber(digits: value.utf8)?.within(0...Int.max - 1) else {
          throw .bad("Content-Length is not one number")
        }
        length = number
      case "te":
        guard HeaderName.equals(value, "trailers") else { throw .bad("TE may say trailers only") }
      default: return
      }
    }

    /// `:authority`, or `Host` where there is none; the one that fields have in the end, as with HTTP/1.1.
    mutating func authority() throws(RequestFault) -> String {
      guard hosts.count <= 1, let host = pseudoAuthority ?? hosts.first else {
        throw .bad("there must be exactly one Host")
      }
      guard RequestHead.isHost(host), !host.isEmpty else { throw .bad("Host is not a host") }
      if let other = hosts.first, other.lowercased() != host.lowercased() {
        throw .bad("Host is another than :authority")
      }
      fields.insert(("host", host), at: 0)
      return host
    }

    func target() throws(RequestFault) -> String {
      if path == "*" {
        guard method == "OPTIONS" else { throw .bad("the target * is for OPTIONS") }
        return path
      }
      guard path.utf8.first == UInt8(ascii: "/") else { throw .bad("the request target is no path") }
      guard path.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "#") }) else {
        throw .bad("the request target has a forbidden character")
      }
      guard !path.unicodeScalars.contains("\u{FFFD}") else { throw .bad("the request target is not UTF-8") }
      guard method.utf8.allSatisfy({ HeadSyntax.isToken($0) }), !method.isEmpty else { throw .bad("no method") }
      return path
    }
  }
}
