import Front
import Messages
import NIOHPACK
import NIOHTTP1

// A header section of HTTP/2 to a head as all protocols have it (RFC 9113 §8.3.1). `HeaderRules` have seen to what makes
// one malformed: names in upper case, fields of the connection, pseudo-header fields that are missing, repeated, unknown.
extension RequestHead {
  /// - Parameters:
  ///   - isComplete: the request has no body.
  ///   - maxBytes: of all fields, each with 32 bytes more.
  init(_ section: HPACKHeaders, isComplete: Bool, maxBytes: Int) throws(RequestFault) {
    var parts = Parts()
    parts.fields.reserveCapacity(section.count)
    var bytes = 0
    for (name, value, _) in section {
      bytes += name.utf8.count + value.utf8.count + 32
      try parts.take(name, value)
    }
    guard bytes <= maxBytes else { throw RequestFault(431, "the header section is longer than \(maxBytes) bytes") }
    guard parts.fields.count <= RequestFacts.maxFields else {
      throw RequestFault(431, "more than \(RequestFacts.maxFields) header lines")
    }
    try RequestFacts.check(method: parts.method)
    let host = try parts.authority()
    self.init(
      method: parts.method, target: try parts.target(), version: .http2, headers: HTTPHeaders(parts.fields),
      opaque: OpaqueFields(), bodyLength: isComplete ? .none : parts.facts.contentLength.map { .known($0) } ?? .unknown,
      keepsAlive: true, expectsContinue: parts.facts.expectsContinue, host: host, via: parts.facts.via)
  }

  private struct Parts {
    var method = ""
    var path = ""
    var pseudoAuthority: String?
    var hosts: [String] = []
    var fields: [(String, String)] = []
    /// The place of `cookie` in `fields`: its crumbs are joined (RFC 9113 §8.2.3).
    var cookie: Int?
    var facts = RequestFacts()

    mutating func take(_ name: String, _ value: String) throws(RequestFault) {
      switch name {
      case ":method": method = value
      case ":path": path = value
      case ":authority": pseudoAuthority = value
      case ":scheme": return
      case "host": hosts.append(value)
      case "cookie":
        try check(value)
        guard let cookie else {
          cookie = fields.count
          return fields.append((name, value))
        }
        // One that is empty says nothing, and would leave a blank at the end of the line.
        let isAlone = value.isEmpty || fields[cookie].1.isEmpty
        fields[cookie].1 += isAlone ? value : "; " + value
      default:
        if name == "te", !HeaderName.equals(value, "trailers") { throw .bad("TE may say trailers only") }
        try facts.take(name, value)
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
      try RequestFacts.check(target: path)
      guard path.utf8.allSatisfy({ $0 < 0x80 }) || !path.unicodeScalars.contains("\u{FFFD}") else {
        throw .bad("the request target is not UTF-8")
      }
      guard method.utf8.allSatisfy({ HeadSyntax.isToken($0) }), !method.isEmpty else { throw .bad("no method") }
      return path
    }
  }
}
