import Messages
import Plans

/// A backend's URL, taken apart strictly: what can't go into a request is refused, not guessed at.
struct URLParts {
  /// `http://host:port`, lower case.
  let origin: String
  /// Without its trailing slash.
  let basePath: String
  let unixSocket: String?

  struct Fault: Error {
    let message: String
    var hint: String?
  }

  /// `http://host[:port][/path]`, `https://…`, or `unix:/path/to/socket`.
  init(_ text: String) throws(Fault) {
    if text.hasPrefix("unix:") {
      let path = String(text.dropFirst(5))
      guard path.hasPrefix("/"), path.utf8.count < 108, !path.contains("\0") else {
        throw Fault(message: "`unix:` is followed by the socket's absolute path, of less than 108 bytes")
      }
      (origin, basePath, unixSocket) = ("http://localhost", "", path)
      return
    }
    guard let separator = text.firstRange(of: "://") else {
      throw Fault(message: "a URL begins with `http://`, `https://` or `unix:/`")
    }
    let scheme = text[..<separator.lowerBound].lowercased()
    guard scheme == "http" || scheme == "https" else {
      throw Fault(message: "a URL begins with `http://`, `https://` or `unix:/`")
    }
    let rest = text[separator.upperBound...]
    guard !rest.contains("?"), !rest.contains("#") else {
      throw Fault(message: "a backend's URL has no query and no fragment")
    }
    let authority = rest.prefix { $0 != "/" }
    guard !authority.contains("@") else {
      throw Fault(
        message: "a backend's URL has no user or password", hint: "send an `authorization` header with the calls")
    }
    origin = try "\(scheme)://\(Self.authority(String(authority)))"
    basePath = try Self.path(String(rest.dropFirst(authority.count)))
    unixSocket = nil
  }

  private static func authority(_ text: String) throws(Fault) -> String {
    let (host, port) = try hostAndPort(text)
    return host + (port.map { ":\($0)" } ?? "")
  }

  /// A host in lower case, IPv6 addresses in their brackets, and a port where there is one.
  static func hostAndPort(_ text: String) throws(Fault) -> (host: String, port: Int?) {
    var host = text.lowercased()
    var port: Int?
    let searched = text.hasPrefix("[") ? text[(text.firstIndex(of: "]") ?? text.startIndex)...] : text[...]
    if let colon = searched.lastIndex(of: ":") {
      host = text[..<colon].lowercased()
      port = text[text.index(after: colon)...].number(in: 1...65535)
      if port == nil { throw Fault(message: "a port is a number from 1 to 65535") }
    }
    let isLiteral =
      host.hasPrefix("[") && host.hasSuffix("]") && IPAddress(host.dropFirst().dropLast())?.isIPv4 == false
    guard isLiteral || isHost(host) else {
      throw Fault(message: host.isEmpty ? "a URL names a host" : "its host is not a valid name or address")
    }
    return (host, port)
  }

  private static func path(_ text: String) throws(Fault) -> String {
    var path = text
    while path.hasSuffix("/") { path.removeLast() }
    do {
      if path.isEmpty { return "" }
      return try RequestTemplate.constantTarget(path)
    } catch {
      throw Fault(message: error.message)
    }
  }

  /// Letters, digits, `-`, `_` and dots between, as resolvers take them; also an IPv4 address.
  static func isHost(_ text: String) -> Bool {
    guard !text.isEmpty, text.utf8.count <= 253 else { return false }
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    return labels.allSatisfy { label in
      (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
        && label.utf8.allSatisfy {
          (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || $0 == 0x2D
            || $0 == 0x5F
        }
    }
  }
}
