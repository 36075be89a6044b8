/// The command by which a request can be sent again, without its secrets.
enum CurlLine {
  /// Headers that curl sends by itself, or that belong to the connection.
  private static let own: Set<String> = [
    "host", "content-length", "connection", "transfer-encoding", "keep-alive", "te", "upgrade", "expect",
    "accept-encoding", "x-request-id", "traceparent", "tracestate",
  ]

  static func text(_ request: WatchedRequest, _ secrets: SecretParts) -> String {
    var words = ["curl"]
    if request.method == "HEAD" {
      words.append("-I")
    } else if request.method != "GET" {
      words += ["-X", quoted(request.method)]
    }
    let query = request.query.map { "?" + secrets.query($0) } ?? ""
    words.append(quoted("\(request.scheme)://\(request.host)\(request.path)\(query)"))
    for (name, value) in request.headers ?? [:] where !own.contains(name.lowercased()) {
      words += ["-H", quoted("\(name): \(secrets.hides(header: name) ? SecretParts.mark : value)")]
    }
    if request.hasBody { words += ["--data-binary", "@body"] }
    return words.joined(separator: " ")
  }

  /// A word of a POSIX shell.
  private static func quoted(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        || "-._/:@,=".utf8.contains($0)
    }
    return isPlain && !text.isEmpty
      ? text
      : "'"
        + text.split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: "'\\''") + "'"
  }
}
