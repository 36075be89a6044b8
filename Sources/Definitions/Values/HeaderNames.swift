/// Which headers a definition may name.
enum HeaderNames {
  enum Purpose {
    /// Taken from the client and sent with calls.
    case forward
    /// Set on a request upstream.
    case request
    /// Set on the answer.
    case response
  }

  /// About the connection or the framing of one message (RFC 9110 §7.6.1): never passed on, never set.
  private static let hopByHop: Set<String> = [
    "connection", "content-length", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    "expect",
  ]

  /// Why the name is not allowed, `nil` where it is.
  static func fault(_ name: String, in purpose: Purpose) -> String? {
    guard isToken(name) else { return "a header name has letters, digits and `-`" }
    let lowered = name.lowercased()
    if hopByHop.contains(lowered) { return "it belongs to one connection and is set by Weft" }
    switch (purpose, lowered) {
    case (.forward, "host"): return "`host: client` on the backend keeps the client's host for proxies"
    case (.response, "weft-outcome"), (.response, "date"), (.response, "x-request-id"): return "it is set by Weft"
    default: return nil
    }
  }

  /// RFC 9110 §5.6.2.
  static func isToken(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
          || "!#$%&'*+-.^_`|~".utf8.contains($0)
      }
  }
}
