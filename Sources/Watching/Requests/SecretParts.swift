import NIOHTTP1

/// Which parts of a request are never shown, as they hold secrets. A value.
package struct SecretParts: Sendable {
  /// Lower-case names of headers.
  private let headers: Set<String>
  /// Lower-case names of query parameters.
  private let query: Set<String>

  /// What stands in the place of a secret.
  static let mark = "REDACTED"

  private static let secretHeaders: Set<String> = [
    "authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "api-key", "apikey", "x-auth-token",
    "x-csrf-token", "x-xsrf-token", "x-amz-security-token",
  ]
  private static let secretParameters: Set<String> = [
    "access_token", "refresh_token", "id_token", "token", "api_key", "apikey", "api-key", "key", "password", "passwd",
    "secret", "client_secret", "signature", "sig", "code", "state", "jwt", "sessionid", "session",
  ]

  /// - Parameters:
  ///   - headers: names beside those that always are secret; in any case.
  ///   - query: likewise.
  package init(headers: some Sequence<String> = [], query: some Sequence<String> = []) {
    self.headers = Self.secretHeaders.union(headers.map { $0.lowercased() })
    self.query = Self.secretParameters.union(query.map { $0.lowercased() })
  }

  func hides(header name: String) -> Bool {
    let name = name.lowercased()
    return headers.contains(name) || name.contains("token") || name.contains("secret") || name.contains("password")
  }

  /// A query with the values of secrets replaced, as it came otherwise.
  package func query(_ text: String) -> String {
    text.split(separator: "&", omittingEmptySubsequences: false).map { pair in
      guard let equals = pair.firstIndex(of: "=") else { return String(pair) }
      let written = String(pair[..<equals])
      let name = (written.removingPercentEscapes ?? written).lowercased()
      let isSecret = query.contains(name) || name.contains("token") || name.contains("password")
      return isSecret ? "\(written)=\(Self.mark)" : String(pair)
    }.joined(separator: "&")
  }
}

extension String {
  /// `nil` where an escape is none.
  fileprivate var removingPercentEscapes: String? {
    var bytes: [UInt8] = []
    var rest = utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else { return nil }
      rest = rest.dropFirst(2)
      bytes.append(value)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

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
