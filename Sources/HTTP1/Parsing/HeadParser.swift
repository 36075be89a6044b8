import Front
import Messages
import NIOHTTP1

/// Parses one complete head, strictly (RFC 9112): whatever two readers could understand in two ways is refused, since
/// that is what request smuggling is made of. A value that is not UTF-8 is kept as bytes beside its readable form,
/// or refused where the connection depends on it.
///
/// SwiftNIO's decoder is not used here: it replaces bytes that are not UTF-8, parses ahead without a bound of ours,
/// and does not tell how far a head has come, which the time and size limits need.
struct HeadParser {
  private var fields: [(String, String)] = []
  /// By place in `fields`: values that are not UTF-8.
  private var opaque: [Int: [UInt8]] = [:]
  private var hosts = 0
  private var host = ""
  private var facts = RequestFacts()
  private var isChunked = false
  private var closes = false
  private var keeps = false

  private init() {
    fields.reserveCapacity(16)
  }

  /// `bytes` ends with the empty line; every LF in it follows a CR.
  static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(RequestFault) -> RequestHead {
    var parser = HeadParser()
    guard let end = bytes.firstIndex(of: 0x0D), bytes[end + 1] == 0x0A else { throw .bad("no request line") }
    let line = try RequestLineParser.parse(UnsafeBufferPointer(rebasing: bytes[..<end]))
    try parser.takeFields(bytes, from: end + 2)
    return try parser.finish(line)
  }

  private mutating func takeFields(_ bytes: UnsafeBufferPointer<UInt8>, from first: Int) throws(RequestFault) {
    var start = first
    while bytes[start] != 0x0D {
      var end = start
      while bytes[end] != 0x0D {
        guard HeadSyntax.isFieldValue(bytes[end]) else { throw .bad("a header line has a control character") }
        end += 1
      }
      guard bytes[end + 1] == 0x0A else { throw .bad("a header line has a bare CR") }
      guard fields.count < RequestFacts.maxFields else {
        throw RequestFault(431, "more than \(RequestFacts.maxFields) header lines")
      }
      try takeField(UnsafeBufferPointer(rebasing: bytes[start..<end]))
      start = end + 2
    }
    guard bytes[start + 1] == 0x0A else { throw .bad("a header line has a bare CR") }
  }

  private mutating func takeField(_ line: UnsafeBufferPointer<UInt8>) throws(RequestFault) {
    if HeadSyntax.isBlank(line[0]) { throw .bad("a header line is folded") }
    var colon = 0
    while colon < line.count && line[colon] != UInt8(ascii: ":") {
      guard HeadSyntax.isToken(line[colon]) else { throw .bad("a header name has a forbidden character") }
      colon += 1
    }
    guard colon > 0, colon < line.count else { throw .bad("a header line has no name or no colon") }
    var start = colon + 1
    var end = line.count
    while start < end && HeadSyntax.isBlank(line[start]) { start += 1 }
    while end > start && HeadSyntax.isBlank(line[end - 1]) { end -= 1 }
    let name = String(decoding: line[..<colon], as: UTF8.self)
    let bytes = line[start..<end]
    if let value = String(validating: bytes, as: UTF8.self) {
      try interpret(name, value)
      fields.append((name, value))
    } else {
      // None that the connection depends on: it would be passed over as unknown.
      guard !Self.isConnections(name) else { throw .bad("a header value is not UTF-8") }
      opaque[fields.count] = Array(bytes)
      fields.append((name, String(decoding: bytes, as: UTF8.self)))
    }
  }

  /// Those that `interpret` knows.
  private static func isConnections(_ name: String) -> Bool {
    ["via", "host", "expect", "connection", "content-length", "transfer-encoding"].contains(name.lowercased())
  }

  /// What the connection itself depends on.
  private mutating func interpret(_ name: String, _ value: String) throws(RequestFault) {
    switch name.utf8.count {
    case 4 where HeaderName.equals(name, "host"):
      hosts += 1
      host = value
    case 10 where HeaderName.equals(name, "connection"):
      closes = closes || HeaderName.list(value, has: "close")
      keeps = keeps || HeaderName.list(value, has: "keep-alive")
    case 17 where HeaderName.equals(name, "transfer-encoding"):
      guard !isChunked, HeaderName.equals(value, "chunked") else {
        throw .bad("Transfer-Encoding is not just chunked")
      }
      isChunked = true
    default: try facts.take(name, value)
    }
  }

  private consuming func finish(_ line: RequestLineParser.Line) throws(RequestFault) -> RequestHead {
    let isHTTP10 = line.version == .http10
    guard hosts <= 1, hosts == 1 || isHTTP10 else { throw .bad("there must be exactly one Host") }
    guard RequestHead.isHost(host) else { throw .bad("Host is not a host") }
    if isChunked {
      guard facts.contentLength == nil else { throw .bad("both Content-Length and Transfer-Encoding") }
      guard !isHTTP10 else { throw .bad("Transfer-Encoding in HTTP/1.0") }
    }
    let opaque = OpaqueFields(fields, self.opaque)
    // RFC 9112 §3.2.2: the target's authority replaces what Host says, for every later reader.
    if let authority = line.authority {
      fields.removeAll { HeaderName.equals($0.0, "host") }
      fields.insert(("Host", authority), at: 0)
    }
    return RequestHead(
      method: line.method, target: line.target, version: line.version, headers: HTTPHeaders(fields),
      opaque: opaque,
      bodyLength: isChunked ? .unknown : facts.contentLength.map { $0 == 0 ? .none : .known($0) } ?? .none,
      keepsAlive: !closes && (!isHTTP10 || keeps), expectsContinue: facts.expectsContinue && !isHTTP10,
      host: line.authority ?? host, via: facts.via)
  }
}
