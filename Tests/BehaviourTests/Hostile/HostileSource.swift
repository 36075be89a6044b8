/// Where a value comes from: how it is sent, and what a definition is to see of it. The rules are written down here
/// once more, from the documentation; nothing of the gateway is used.
enum HostileSource: String, CaseIterable, Sendable {
  case path, rest, query, list, whole, header, cookie, body, host, backend

  /// The path of its routes.
  var pattern: String {
    switch self {
    case .path: "/path/:v"
    case .rest: "/rest/*v"
    default: "/\(rawValue)"
    }
  }

  /// What a definition reads it with.
  var expression: String {
    switch self {
    case .path, .rest: "path.v"
    case .query: "query.v"
    case .list: "queryList.v[1]"
    case .whole: "query"
    case .header: "headers.\"x-value\""
    case .cookie: "cookies.v"
    case .body: "body.v"
    case .host: "client.host"
    case .backend: "source.v"
    }
  }

  enum Meaning: Equatable {
    /// It can't be sent from here without becoming another request.
    case impossible
    /// Refused before any backend is asked.
    case refused
    case seen(String)
  }

  func meaning(_ bytes: [UInt8]) -> Meaning {
    let text = String(validating: bytes, as: UTF8.self)
    let hasControls = bytes.contains { $0 < 0x20 && $0 != 9 || $0 == 0x7F }
    switch self {
    case .path:
      guard let text, !text.isEmpty else { return text == nil ? .refused : .impossible }
      let isBad = bytes.contains { [0, 10, 13].contains($0) } || Oracle.hasDotSegment(bytes)
      return isBad ? .refused : .seen(text)
    case .rest:
      // With the escapes that it came with.
      let sent = Oracle.inPath(bytes)
      guard let decoded = Oracle.decoded(sent), String(validating: decoded, as: UTF8.self) != nil,
        !decoded.contains(where: { [0, 10, 13].contains($0) }), !Oracle.hasDotSegment(sent)
      else { return .refused }
      return .seen(sent)
    case .query, .list: return .seen(String(decoding: bytes, as: UTF8.self))
    case .whole: return .seen("{\"v\":\(Oracle.json(String(decoding: bytes, as: UTF8.self)))}")
    case .header:
      if hasControls { return .impossible }
      return .seen(Oracle.trimmed(bytes))
    case .cookie:
      if hasControls || bytes.contains(UInt8(ascii: ";")) { return .impossible }
      let value = Oracle.trimmed(bytes)
      let isQuoted = value.utf8.count >= 2 && value.utf8.first == 0x22 && value.utf8.last == 0x22
      return .seen(isQuoted ? String(decoding: value.utf8.dropFirst().dropLast(), as: UTF8.self) : value)
    case .body, .backend:
      // A JSON text is made of a string, so that what is no UTF-8 is sent raw only by the client.
      if let text { return .seen(text) }
      return self == .body ? .refused : .impossible
    case .host:
      if hasControls { return .impossible }
      let host = Oracle.trimmed(bytes)
      let form = #/|([A-Za-z0-9!#$%&'*+\-.^_`|~]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{0,5})?/#
      return host.wholeMatch(of: form) != nil ? .seen(host) : .refused
    }
  }

  /// A whole request to the route `/<sink><source>`.
  func request(_ method: String, _ bytes: [UInt8], id: String) -> [UInt8] {
    var target = "/\(rawValue)"
    var host = Array("gateway.test".utf8)
    var lines: [[UInt8]] = []
    var body: [UInt8] = []
    switch self {
    case .path: target += "/" + Oracle.encoded(bytes)
    case .rest: target += "/" + Oracle.inPath(bytes)
    case .query, .whole: target += "?v=" + Oracle.encoded(bytes)
    case .list: target += "?v=first&v=" + Oracle.encoded(bytes) + "&v=last"
    case .header: lines.append(Array("X-Value: ".utf8) + bytes)
    case .cookie: lines.append(Array("Cookie: a=b; v=".utf8) + bytes + Array("; z=y".utf8))
    case .body:
      let text = String(validating: bytes, as: UTF8.self).map { Array(Oracle.json($0).utf8) }
      body = Array("{\"v\":".utf8) + (text ?? [0x22] + bytes + [0x22]) + [0x7D]
    case .host: host = bytes
    case .backend: break
    }
    lines.insert(Array("\(method) \(target) HTTP/1.1".utf8), at: 0)
    lines += [Array("Host: ".utf8) + host, Array("X-Case: \(id)".utf8), Array("Content-Length: \(body.count)".utf8)]
    return lines.flatMap { $0 + [13, 10] } + [13, 10] + body
  }
}
