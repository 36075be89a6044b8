// What makes a request malformed (RFC 9113 §8), and header compression (RFC 7541).
extension ConformanceCase {
  /// A request that is malformed by its fields.
  private static func malformed(_ name: String, _ fields: [(String, String)]) -> ConformanceCase {
    ConformanceCase(name, .streamError([.protocolError])) {
      try $0.send(.headers, 1 | 4, on: 1, HTTP2Client.block(fields))
    }
  }

  private static func added(_ name: String, _ value: String) -> [(String, String)] {
    HTTP2Client.head() + [(name, value)]
  }

  private static func without(_ name: String) -> [(String, String)] { HTTP2Client.head().filter { $0.0 != name } }

  private static func twice(_ name: String) -> [(String, String)] {
    HTTP2Client.head().flatMap { $0.0 == name ? [$0, $0] : [$0] }
  }

  static let messages = [
    ConformanceCase("8.1 second HEADERS without END_STREAM", .streamError([.protocolError])) {
      try $0.request(1, "POST", "/body", ends: false)
      try $0.data(1, [1])
      try $0.send(.headers, 4, on: 1, HTTP2Client.block([("x-a", "1")]))
    },
    malformed("8.1.2 name in upper case", added("X-TEST", "ok")),
    malformed("8.1.2.1 unknown pseudo-header field", [(":test", "ok")] + HTTP2Client.head()),
    malformed("8.1.2.1 pseudo-header field of responses", [(":status", "200")] + HTTP2Client.head()),
    ConformanceCase("8.1.2.1 pseudo-header field in trailers", .streamError([.protocolError])) {
      try $0.request(1, "POST", "/body", ends: false)
      try $0.data(1, [1])
      try $0.send(.headers, 1 | 4, on: 1, HTTP2Client.block([(":method", "GET")]))
    },
    malformed("8.1.2.1 pseudo-header field behind another field", [("x-test", "ok")] + HTTP2Client.head()),
    malformed("8.1.2.2 connection", added("connection", "keep-alive")),
    malformed("8.1.2.2 keep-alive", added("keep-alive", "timeout=5")),
    malformed("8.1.2.2 proxy-connection", added("proxy-connection", "keep-alive")),
    malformed("8.1.2.2 transfer-encoding", added("transfer-encoding", "chunked")),
    malformed("8.1.2.2 upgrade", added("upgrade", "h2c")),
    malformed("8.1.2.2 TE other than trailers", added("te", "trailers, deflate")),
    malformed("8.1.2.3 empty :path", HTTP2Client.head("GET", "")),
    malformed("8.1.2.3 no :method", without(":method")),
    malformed("8.1.2.3 no :scheme", without(":scheme")),
    malformed("8.1.2.3 no :path", without(":path")),
    malformed("8.1.2.3 :method twice", twice(":method")),
    malformed("8.1.2.3 :scheme twice", twice(":scheme")),
    malformed("8.1.2.3 :path twice", twice(":path")),
    malformed("8.2.1 a value with LF", added("x-test", "a\nb")),
    malformed("8.2.1 a value with NUL", added("x-test", "a\0b")),
    malformed("8.2.1 a name with a space", added("x test", "ok")),
    malformed("8.2.1 a path with a space", HTTP2Client.head("GET", "/static HTTP/1.1")),
    ConformanceCase("8.1.2.6 Content-Length is not that of one DATA frame", .streamError([.protocolError])) {
      try $0.request(1, "POST", "/body", [("content-length", "3")], ends: false)
      try $0.data(1, [49], ends: true)
    },
    ConformanceCase("8.1.2.6 Content-Length is not that of several DATA frames", .streamError([.protocolError])) {
      try $0.request(1, "POST", "/body", [("content-length", "3")], ends: false)
      try $0.data(1, [49])
      try $0.data(1, [49], ends: true)
    },
    ConformanceCase("8.1.2.6 more DATA than Content-Length", .streamError([.protocolError])) {
      try $0.request(1, "POST", "/body", [("content-length", "1")], ends: false)
      try $0.data(1, [49, 49, 49])
    },
    ConformanceCase("8.1.2.6 Content-Length and no DATA", .streamError([.protocolError])) {
      try $0.request(1, "POST", "/body", [("content-length", "1")])
    },
  ]

  /// A block with something behind, or before, the fields of a request.
  private static func block(_ name: String, before: [UInt8] = [], behind: [UInt8] = []) -> ConformanceCase {
    ConformanceCase(name, .connectionError([.compressionError])) {
      try $0.send(.headers, 1 | 4, on: 1, before + HTTP2Client.block(HTTP2Client.head()) + behind)
    }
  }

  private static func reads(_ name: String, before: [UInt8] = [], _ field: [UInt8]) -> ConformanceCase {
    ConformanceCase(name, .seen) {
      let first = before + HTTP2Client.block(HTTP2Client.head()) + field
      try $0.send(.headers, 1 | 4, on: 1, first)
      let answer = try $0.answer(to: 1)
      guard answer.end == .whole, answer.text == #"{"of":"ok"}"# else { throw Failure("\(answer)") }
    }
  }

  private static let name: [UInt8] = [6] + Array("x-name".utf8)
  private static let value: [UInt8] = [2] + Array("ok".utf8)

  static let compression = [
    // `:method: GET`, `:scheme: http` and `:path: /` of the static table.
    ConformanceCase("hpack generic/5 indexed fields", .answer(1, status: 404)) {
      try $0.send(.headers, 1 | 4, on: 1, [0x82, 0x86, 0x84] + HTTP2Client.block([(":authority", "a")]))
    },
    reads("hpack generic/5 literal with incremental indexing", [0x40] + name + value),
    reads("hpack generic/5 literal without indexing", [0x00] + name + value),
    reads("hpack generic/5 literal never indexed", [0x10] + name + value),
    reads("hpack generic/5 dynamic table size update", before: [0x20], [0x00] + name + value),
    // `ok` in Huffman's code.
    reads("hpack generic/5 Huffman", [0x00] + name + [0x82, 0x3F, 0x5F]),
    ConformanceCase("hpack generic/5 indexed field of the dynamic table", .answer(3, status: 200)) {
      let first = HTTP2Client.block(HTTP2Client.head()) + [0x40] + name + value
      try $0.send(.headers, 1 | 4, on: 1, first)
      try $0.send(.headers, 1 | 4, on: 3, HTTP2Client.block(HTTP2Client.head()) + [0xBE])
      guard try $0.answer(to: 3).text == #"{"of":"ok"}"# else { throw Failure("another value") }
    },
    block("hpack 2.3.3 index beyond the tables", behind: [0xFF, 0x20]),
    block("hpack 2.3.3 literal with an index beyond the tables", behind: [0x7F, 0x20] + value),
    block("hpack 4.2 table size update behind fields", behind: [0x20]),
    block("hpack 5.2 Huffman padding over 7 bits", behind: [0x00] + name + [0x83, 0x3F, 0x5F, 0xFF]),
    block("hpack 5.2 Huffman padding of zeros", behind: [0x00] + name + [0x82, 0x3F, 0x50]),
    block("hpack 5.2 Huffman with EOS", behind: [0x00] + name + [0x84, 0xFF, 0xFF, 0xFF, 0xFF]),
    block("hpack 6.1 index 0", behind: [0x80]),
    block("hpack 6.3 table size above the setting", before: [0x3F, 0xE1, 0xFF, 0x03]),
  ]
}
