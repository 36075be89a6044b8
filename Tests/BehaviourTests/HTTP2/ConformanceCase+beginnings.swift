// Beginnings, what every server must be able to do, and the outer form of frames.
extension ConformanceCase {
  static let beginnings = [
    ConformanceCase("generic/1 preface is answered by SETTINGS", .seen) { _ in },
    ConformanceCase("generic/2.1 PRIORITY on an idle stream", .answer(1, status: 200)) {
      try $0.send(.priority, on: 1, [0, 0, 0, 0, 255])
      try $0.request(1)
    },
    ConformanceCase("generic/2.2 WINDOW_UPDATE on a half-closed (remote) stream", .answer(1, status: 200)) {
      try $0.request(1)
      try $0.window(1, 100)
    },
    ConformanceCase("generic/2.3 PRIORITY on a half-closed (remote) stream", .answer(1, status: 200)) {
      try $0.request(1)
      try $0.send(.priority, on: 1, [0, 0, 0, 0, 255])
    },
    ConformanceCase("generic/2.4 RST_STREAM on a half-closed (remote) stream", .ignored) {
      try $0.request(1)
      try $0.reset(1)
    },
    ConformanceCase("generic/2.5 PRIORITY on a closed stream", .ignored) {
      try $0.request(1)
      _ = try $0.answer(to: 1)
      try $0.send(.priority, on: 1, [0, 0, 0, 0, 255])
    },
    ConformanceCase("generic/3.1 one DATA frame", .answer(1, status: 200)) {
      try $0.request(1, "POST", "/body", ends: false)
      try $0.data(1, Array("1".utf8), ends: true)
    },
    ConformanceCase("generic/3.1 several DATA frames", .answer(1, status: 200)) {
      try $0.request(1, "POST", "/body", ends: false)
      for _ in 0..<3 { try $0.data(1, Array("1".utf8)) }
      try $0.data(1, Array("1".utf8), ends: true)
    },
    ConformanceCase("generic/3.1 DATA with padding", .answer(1, status: 200)) {
      try $0.request(1, "POST", "/body", ends: false)
      try $0.send(.data, HTTP2Client.endStream | HTTP2Client.padded, on: 1, [5] + Array("1".utf8) + [0, 0, 0, 0, 0])
    },
    ConformanceCase("generic/3.2 HEADERS", .answer(1, status: 200)) { try $0.request(1) },
    ConformanceCase("generic/3.2 HEADERS with padding", .answer(1, status: 200)) {
      let block = HTTP2Client.block(HTTP2Client.head())
      try $0.send(.headers, 1 | 4 | 8, on: 1, [3] + block + [0, 0, 0])
    },
    ConformanceCase("generic/3.2 HEADERS with priority", .answer(1, status: 200)) {
      try $0.send(.headers, 1 | 4 | 0x20, on: 1, [0, 0, 0, 0, 255] + HTTP2Client.block(HTTP2Client.head()))
    },
    ConformanceCase("generic/3.3 PRIORITY: weights, dependency, exclusive", .answer(5, status: 200)) {
      try $0.send(.priority, on: 1, [0, 0, 0, 0, 0])
      try $0.send(.priority, on: 3, [0, 0, 0, 1, 255])
      try $0.send(.priority, on: 5, [0x80, 0, 0, 1, 15])
      try $0.request(5)
    },
    ConformanceCase("generic/3.4 RST_STREAM", .ignored) {
      try $0.request(1, "POST", "/body", ends: false)
      try $0.reset(1)
    },
    ConformanceCase("generic/3.5 SETTINGS is acknowledged", .seen) { client in
      try client.settings([(3, 100)])
      guard try client.wait(until: { client.acknowledgements == 2 }) else { throw Failure("no ACK") }
    },
    ConformanceCase("generic/3.7 PING is answered", .ignored) { _ in },
    ConformanceCase("generic/3.8 GOAWAY", .ignored) {
      try $0.send(.goAway, on: 0, HTTP2Client.bytes(0) + HTTP2Client.bytes(0))
    },
    ConformanceCase("generic/3.9 WINDOW_UPDATE", .answer(1, status: 200)) {
      try $0.window(0, 1)
      try $0.request(1)
      try $0.window(1, 1)
    },
    ConformanceCase("generic/3.10 CONTINUATION, one and several", .answer(3, status: 200)) {
      let block = HTTP2Client.block(HTTP2Client.head())
      try $0.send(.headers, 1, on: 1, Array(block.prefix(4)))
      try $0.send(.continuation, 4, on: 1, Array(block.dropFirst(4)))
      try $0.send(.headers, 1, on: 3, Array(block.prefix(4)))
      try $0.send(.continuation, 0, on: 3, Array(block.dropFirst(4).prefix(10)))
      try $0.send(.continuation, 4, on: 3, Array(block.dropFirst(14)))
      guard try $0.answer(to: 1).status == 200 else { throw Failure("not the first") }
    },
    ConformanceCase("generic/4 HEAD", .seen) {
      try $0.request(1, "HEAD")
      let answer = try $0.answer(to: 1)
      guard answer.status == 200, answer.body.isEmpty, answer.end == .whole else { throw Failure("\(answer)") }
    },
    ConformanceCase("generic/4 POST with trailers", .answer(1, status: 200)) {
      try $0.request(1, "POST", "/body", ends: false)
      try $0.data(1, Array("1".utf8))
      try $0.send(.headers, 1 | 4, on: 1, HTTP2Client.block([("x-sum", "1")]))
    },
    ConformanceCase("4.1 frame of unknown type", .ignored) {
      try $0.stream.write(HTTP2Client.frame(0x16, 0, 0, [UInt8](repeating: 0, count: 8)))
    },
    ConformanceCase("4.1 undefined flag", .ignored) {
      try $0.stream.write(HTTP2Client.frame(.ping, 0x16, 0, [UInt8](repeating: 0, count: 8)))
    },
    ConformanceCase("4.1 reserved bit", .ignored) {
      try $0.stream.write(HTTP2Client.frame(.ping, 0, 0x8000_0000, [UInt8](repeating: 0, count: 8)))
    },
    ConformanceCase("4.2 DATA of 2^14 bytes", .answer(1, status: 200)) {
      try $0.request(1, "POST", "/p/x", ends: false)
      try $0.data(1, [UInt8](repeating: 49, count: 1 << 14), ends: true)
    },
    ConformanceCase("4.2 DATA beyond SETTINGS_MAX_FRAME_SIZE", .streamError([.frameSizeError])) {
      try $0.request(1, "POST", "/p/x", ends: false)
      try $0.data(1, [UInt8](repeating: 49, count: (1 << 14) + 1), ends: true)
    },
    ConformanceCase("4.2 HEADERS beyond SETTINGS_MAX_FRAME_SIZE", .connectionError([.frameSizeError])) {
      try $0.request(1, "GET", "/static", (0..<6).map { ("x-\($0)", String(repeating: "x", count: 3000)) })
    },
    ConformanceCase("4.3 invalid header block fragment", .connectionError([.compressionError])) {
      try $0.send(.headers, 1 | 4, on: 1, [0x40, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])
    },
    ConformanceCase("4.3 PRIORITY within a header block", .connectionError([.protocolError]), probes: false) {
      try $0.send(.headers, 1, on: 1, HTTP2Client.block(HTTP2Client.head()))
      try $0.send(.priority, on: 1, [0, 0, 0, 0, 255])
    },
    ConformanceCase("4.3 HEADERS of another stream within a header block", .connectionError([.protocolError])) {
      try $0.send(.headers, 1, on: 1, HTTP2Client.block(HTTP2Client.head()))
      try $0.request(3)
    },
  ]
}
