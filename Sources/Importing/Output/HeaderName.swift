/// Names of headers as a configuration spells them.
enum HeaderName {
  /// In lower case; `nil` for what no header is called, or what belongs to a connection.
  static func good(_ name: String) -> String? {
    let lowered = name.lowercased()
    let own: Set = [
      "connection", "content-length", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
      "expect", "date", "x-request-id", "weft-outcome",
    ]
    return lowered.wholeMatch(of: #/[a-z0-9\-_.]+/#) == nil || own.contains(lowered) ? nil : lowered
  }
}

extension DocumentCursor {
  /// The name of a header; another text is told of.
  var headerName: String? {
    guard let string else { return nil }
    guard let name = HeaderName.good(string) else {
      remark("`\(string)` is no header that can be set")
      return nil
    }
    return name
  }
}
