import Messages

/// Which fields of an answer may be kept for others.
enum StorableHeaders {
  /// Never: what belongs to one client (`Set-Cookie`, credentials), to one connection (RFC 9110 §7.6.1), or is made
  /// anew for every answer from the entry's own times and bytes.
  private static let refused = [
    "set-cookie", "set-cookie2", "authorization", "proxy-authorization", "www-authenticate", "proxy-authenticate",
    "authentication-info", "proxy-authentication-info", "connection", "keep-alive", "proxy-connection", "te",
    "trailer", "transfer-encoding", "upgrade", "content-length", "date", "age", "etag", "last-modified", "expires",
    "pragma", "cache-control", "cache-status", "x-request-id", "preference-applied", "server-timing", "traceparent",
  ]

  /// `fields` without what is refused and without what a `Connection` field names.
  static func filter(_ fields: [HeaderField]) -> [HeaderField] {
    var named: [String] = []
    for field in fields where field.isNamed("connection") {
      named += field.value.lowercased().split(separator: ",").map { part in
        String(part.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" })
      }
    }
    return fields.filter { field in
      !refused.contains { field.isNamed($0) } && !named.contains { field.isNamed($0) }
    }
  }
}
