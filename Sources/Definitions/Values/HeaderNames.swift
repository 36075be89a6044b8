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

  struct Fault {
    let reason: String
    /// What to write instead.
    var hint: String?
  }

  /// About the connection or the framing of one message (RFC 9110 §7.6.1): never passed on, never set.
  private static let hopByHop: Set<String> = [
    "connection", "content-length", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    "expect",
  ]

  /// Why the name is not allowed, `nil` where it is.
  static func fault(_ name: String, in purpose: Purpose) -> Fault? {
    guard isToken(name) else { return Fault(reason: "a header name has letters, digits and `-`") }
    let lowered = name.lowercased()
    if hopByHop.contains(lowered) {
      return Fault(
        reason: "it belongs to one connection and is set by Weft", hint: purpose == .forward ? "remove it" : nil)
    }
    switch (purpose, lowered) {
    case (.forward, _): return forwardFault(lowered)
    case (.response, "weft-outcome"), (.response, "date"), (.response, "x-request-id"):
      return Fault(reason: "it is set by Weft")
    default: return nil
    }
  }

  /// A composite needs the whole value of each call, in a form that it can read, whatever its client asked for.
  private static func forwardFault(_ name: String) -> Fault? {
    let passing = "a route with `proxy` passes it on"
    switch name {
    case "host":
      return Fault(reason: "`host: client` on the backend keeps the client's host for proxies")
    case "*": return Fault(reason: "it is no name", hint: "write `forward: all`")
    case _ where name.contains("*"):
      return Fault(
        reason: "each header is named, there are no patterns", hint: "write the names out: `[authorization, cookie]`")
    case "accept-encoding":
      return Fault(reason: "Weft reads the answer itself, and asks for the codings that it can read", hint: "remove it")
    case "range":
      return Fault(reason: "the backend may answer with a part of the value, and a composite needs all", hint: passing)
    case _ where name.hasPrefix("if-"):
      return Fault(
        reason: "the backend may answer 304 or 412 without the value that a composite needs",
        hint: "`cache` answers conditional requests itself, and \(passing)")
    case "content-encoding", "content-range":
      return Fault(reason: "it tells of the client's body, which calls don't send", hint: "remove it")
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
