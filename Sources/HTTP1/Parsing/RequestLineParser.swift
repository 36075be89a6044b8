import Front

/// The first line of a request (RFC 9112 §3).
enum RequestLineParser {
  struct Line {
    let method: String
    /// Origin-form or `*`.
    let target: String
    /// Of an absolute-form target; it goes before `Host` (RFC 9112 §3.2.2).
    let authority: String?
    let version: HTTPVersion
  }

  /// `line` is without its CRLF.
  static func parse(_ line: UnsafeBufferPointer<UInt8>) throws(RequestFault) -> Line {
    var methodEnd = 0
    while methodEnd < line.count && HeadSyntax.isToken(line[methodEnd]) { methodEnd += 1 }
    guard methodEnd > 0, methodEnd < line.count, line[methodEnd] == 0x20 else { throw .bad("no method") }
    let version = try version(line)
    let target = UnsafeBufferPointer(rebasing: line[(methodEnd + 1)..<max(methodEnd + 1, line.count - 9)])
    guard !target.isEmpty else { throw .bad("the request target has a forbidden character") }
    try RequestFacts.check(target: target)
    let method = String(decoding: line[..<methodEnd], as: UTF8.self)
    try RequestFacts.check(method: method)
    if target[0] == UInt8(ascii: "/") {
      return Line(method: method, target: try text(target, 0), authority: nil, version: version)
    }
    if target.count == 1 && target[0] == UInt8(ascii: "*") {
      guard method == "OPTIONS" else { throw .bad("the target * is for OPTIONS") }
      return Line(method: method, target: "*", authority: nil, version: version)
    }
    return try absolute(target, method, version)
  }

  /// From the end, so that a space in the target can't move it.
  private static func version(_ line: UnsafeBufferPointer<UInt8>) throws(RequestFault) -> HTTPVersion {
    guard line.count > 9, line[line.count - 9] == 0x20, HeaderName.equals(line, at: line.count - 8, "HTTP/"),
      line[line.count - 2] == UInt8(ascii: "."), (0x30...0x39).contains(line[line.count - 3]),
      (0x30...0x39).contains(line[line.count - 1])
    else { throw .bad("no HTTP version") }
    guard line[line.count - 3] == UInt8(ascii: "1") else { throw RequestFault(505, "HTTP/1.1 is spoken here") }
    return line[line.count - 1] == UInt8(ascii: "0") ? .http10 : .http11
  }

  private static func absolute(
    _ target: UnsafeBufferPointer<UInt8>, _ method: String, _ version: HTTPVersion
  ) throws(RequestFault) -> Line {
    let schemes: [StaticString] = ["http://", "https://"]
    let lengths = schemes.map(\.utf8CodeUnitCount)
    guard let start = zip(schemes, lengths).first(where: { HeaderName.equals(prefix(target, $0.1), $0.0) })?.1 else {
      throw .bad("the request target is no path")
    }
    var end = start
    while end < target.count && target[end] != UInt8(ascii: "/") && target[end] != UInt8(ascii: "?") { end += 1 }
    let authority = String(decoding: target[start..<end], as: UTF8.self)
    guard !authority.isEmpty, RequestHead.isHost(authority) else { throw .bad("the request target has no host") }
    let rest = try text(target, end)
    let path = rest.isEmpty && method == "OPTIONS" ? "*" : rest.hasPrefix("/") ? rest : "/" + rest
    return Line(method: method, target: path, authority: authority, version: version)
  }

  private static func prefix(_ target: UnsafeBufferPointer<UInt8>, _ count: Int) -> String {
    String(decoding: target.prefix(count), as: UTF8.self)
  }

  private static func text(_ target: UnsafeBufferPointer<UInt8>, _ start: Int) throws(RequestFault) -> String {
    guard let text = String(validating: target[start...], as: UTF8.self) else {
      throw .bad("the request target is not UTF-8")
    }
    return text
  }
}
