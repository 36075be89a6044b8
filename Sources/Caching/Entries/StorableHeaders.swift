import Messages

/// The fields of an answer that may be kept for others.
enum StorableHeaders {
  /// Names that are never stored: what belongs to one client (`Set-Cookie`, credentials), to one connection (RFC 9110
  /// §7.6.1), or is made anew for every answer from the entry's own times and bytes.
  private static let refused: [StaticString] = [
    "set-cookie", "set-cookie2", "authorization", "proxy-authorization", "www-authenticate", "proxy-authenticate",
    "authentication-info", "proxy-authentication-info", "connection", "keep-alive", "proxy-connection", "te",
    "trailer", "transfer-encoding", "upgrade", "content-length", "date", "age", "etag", "last-modified", "expires",
    "pragma", "cache-control", "cache-status", "x-request-id", "preference-applied", "server-timing", "traceparent",
  ]

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// Tells whether a field can be told from what stands around it: no white space, control character or colon in the
  /// name, and no control character but the tab in the value.
  static func isField(_ name: String, _ value: String) -> Bool {
    !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: ":") }
      && value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
  }

  /// `fields` without what is refused and without what a `Connection` field names.
  static func filter(_ fields: [HeaderField]) -> [HeaderField] {
    filter(fields) { $0 }
  }

  /// Leaves out what may not be stored. A backend chooses how many names there are: a few looks at each, which tests
  /// count in a `Name` of theirs.
  static func filter<Name: Hashable>(_ fields: [HeaderField], _ name: (String) -> Name) -> [HeaderField] {
    var named: Set<Name> = []
    for field in fields where field.isNamed("connection") {
      for part in Substring(field.value.lowercased()).utf8.split(separator: UInt8(ascii: ",")) {
        named.insert(name(String(Substring(part.drop(while: isBlank).prefix { !isBlank($0) }))))
      }
    }
    return fields.filter { field in
      !refused.contains { field.isNamed($0) } && (named.isEmpty || !named.contains(name(field.name.lowercased())))
    }
  }
}
