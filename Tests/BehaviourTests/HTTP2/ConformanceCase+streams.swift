// The states of streams, their numbers, how many there are, and what ends a connection.
extension ConformanceCase {
  private static let closedOrProtocol: [HTTP2Code] = [.streamClosed, .protocolError]

  static let frames = [
    ConformanceCase("5.1 idle: DATA", .connectionError([.protocolError])) { try $0.data(1, [1], ends: true) },
    ConformanceCase("5.1 idle: RST_STREAM", .connectionError([.protocolError])) { try $0.reset(1) },
    ConformanceCase("5.1 idle: WINDOW_UPDATE", .connectionError([.protocolError])) { try $0.window(1, 100) },
    ConformanceCase("5.1 idle: CONTINUATION", .connectionError([.protocolError])) {
      try $0.send(.continuation, 4, on: 1, HTTP2Client.block(HTTP2Client.head()))
    },
    ConformanceCase("5.1 half-closed (remote): DATA", .streamError([.streamClosed])) {
      try $0.request(1, "GET", "/p/hang")
      try $0.data(1, [1], ends: true)
    },
    // NIOHTTP2 takes it for trailers, and says so.
    ConformanceCase("5.1 half-closed (remote): HEADERS", .streamError(closedOrProtocol)) {
      try $0.request(1, "GET", "/p/hang")
      try $0.request(1, "GET", "/p/hang")
    },
    ConformanceCase("5.1 half-closed (remote): CONTINUATION", .streamError(closedOrProtocol)) {
      try $0.request(1, "GET", "/p/hang")
      try $0.send(.continuation, 4, on: 1, HTTP2Client.block(HTTP2Client.head()))
    },
    ConformanceCase("5.1 closed by RST_STREAM: DATA", .streamError([.streamClosed])) {
      try $0.request(1, "POST", "/body", ends: false)
      try $0.reset(1)
      try $0.data(1, [1], ends: true)
    },
    ConformanceCase("5.1 closed by RST_STREAM: HEADERS", .streamError(closedOrProtocol)) {
      try $0.request(1, "POST", "/body", ends: false)
      try $0.reset(1)
      try $0.request(1)
    },
    ConformanceCase("5.1 closed by RST_STREAM: CONTINUATION", .streamError(closedOrProtocol)) {
      try $0.request(1, "POST", "/body", ends: false)
      try $0.reset(1)
      try $0.send(.continuation, 4, on: 1, HTTP2Client.block(HTTP2Client.head()))
    },
    ConformanceCase("5.1 closed: DATA", .streamError([.streamClosed])) {
      try $0.request(1)
      _ = try $0.answer(to: 1)
      try $0.data(1, [1], ends: true)
    },
    ConformanceCase("5.1 closed: HEADERS", .connectionError(closedOrProtocol)) {
      try $0.request(1)
      _ = try $0.answer(to: 1)
      try $0.request(1)
    },
    ConformanceCase("5.1 closed: CONTINUATION", .connectionError(closedOrProtocol)) {
      try $0.request(1)
      _ = try $0.answer(to: 1)
      try $0.send(.continuation, 4, on: 1, HTTP2Client.block(HTTP2Client.head()))
    },
    ConformanceCase("5.1.1 even number", .connectionError([.protocolError])) { try $0.request(2) },
    ConformanceCase("5.1.1 number below the last", .connectionError([.protocolError])) {
      try $0.request(5)
      try $0.request(3)
    },
  ]

  static let streams = [
    ConformanceCase("5.1.2 streams beyond the concurrent ones", .streamError([.protocolError, .refusedStream])) {
      for number in 0...100 { try $0.request(UInt32(number * 2 + 1), "POST", "/body", ends: false) }
    },
    ConformanceCase("5.3.1 HEADERS that depends on itself", .streamError([.protocolError])) {
      try $0.send(.headers, 1 | 4 | 0x20, on: 1, [0, 0, 0, 1, 255] + HTTP2Client.block(HTTP2Client.head()))
    },
    ConformanceCase("5.3.1 PRIORITY that depends on itself", .streamError([.protocolError])) {
      try $0.send(.priority, on: 1, [0, 0, 0, 1, 255])
    },
    ConformanceCase("5.4.1 GOAWAY with the last stream, then the end", .seen) {
      try $0.request(1, "GET", "/p/x")
      try $0.send(.ping, on: 0, [1])
      guard try $0.end() == .frameSizeError, ($0.goAway?.last ?? 0) >= 1 else { throw Failure("\($0.goAway as Any)") }
    },
    ConformanceCase("5.5 extension frame", .ignored) {
      try $0.stream.write(HTTP2Client.frame(0x16, 0, 0, [UInt8](repeating: 0, count: 8)))
    },
    ConformanceCase("5.5 extension frame within a header block", .connectionError([.protocolError]), probes: false) {
      try $0.send(.headers, 1, on: 1, HTTP2Client.block(HTTP2Client.head()))
      try $0.stream.write(HTTP2Client.frame(0x16, 0, 0, [UInt8](repeating: 0, count: 8)))
    },
  ]

  static let frameTypes = [
    ConformanceCase("6.1 DATA on stream 0", .connectionError([.protocolError])) { try $0.data(0, [1], ends: true) },
    ConformanceCase("6.1 DATA on a stream that is not open", .streamError([.streamClosed])) {
      try $0.request(1, "GET", "/p/hang")
      try $0.data(1, [1])
    },
    ConformanceCase("6.1 DATA with more padding than payload", .connectionError([.protocolError])) {
      try $0.request(1, "POST", "/body", ends: false)
      try $0.send(.data, 1 | 8, on: 1, [6, 1, 1, 1, 1])
    },
    ConformanceCase("6.2 HEADERS followed by PRIORITY", .connectionError([.protocolError]), probes: false) {
      try $0.send(.headers, 0, on: 1, HTTP2Client.block(HTTP2Client.head()))
      try $0.send(.priority, on: 1, [0, 0, 0, 0, 255])
    },
    ConformanceCase("6.2 HEADERS followed by HEADERS of another stream", .connectionError([.protocolError])) {
      try $0.send(.headers, 0, on: 1, HTTP2Client.block(HTTP2Client.head()))
      try $0.request(3)
    },
    ConformanceCase("6.2 HEADERS on stream 0", .connectionError([.protocolError])) { try $0.request(0) },
    ConformanceCase("6.2 HEADERS with more padding than payload", .connectionError([.protocolError])) {
      let block = HTTP2Client.block(HTTP2Client.head())
      try $0.send(.headers, 1 | 4 | 8, on: 1, [UInt8(block.count + 1)] + block)
    },
    ConformanceCase("6.3 PRIORITY on stream 0", .connectionError([.protocolError])) {
      try $0.send(.priority, on: 0, [0, 0, 0, 0, 255])
    },
    ConformanceCase("6.3 PRIORITY of another length", .streamError([.frameSizeError])) {
      try $0.send(.priority, on: 1, [0, 0, 0, 0])
    },
    ConformanceCase("6.4 RST_STREAM on stream 0", .connectionError([.protocolError])) { try $0.reset(0) },
    ConformanceCase("6.4 RST_STREAM on an idle stream", .connectionError([.protocolError])) { try $0.reset(1) },
    ConformanceCase("6.4 RST_STREAM of another length", .connectionError([.frameSizeError])) {
      try $0.request(1, "POST", "/body", ends: false)
      try $0.send(.resetStream, on: 1, [0, 0, 0])
    },
    ConformanceCase("6.5 SETTINGS with ACK and a payload", .connectionError([.frameSizeError])) {
      try $0.send(.settings, 1, on: 0, [0])
    },
    ConformanceCase("6.5 SETTINGS on a stream", .connectionError([.protocolError])) {
      try $0.send(.settings, on: 1, [0, 3, 0, 0, 0, 100])
    },
    ConformanceCase("6.5 SETTINGS of another length", .connectionError([.frameSizeError])) {
      try $0.send(.settings, on: 0, [0, 3, 0])
    },
    ConformanceCase("6.5.2 ENABLE_PUSH neither 0 nor 1", .connectionError([.protocolError])) {
      try $0.settings([(2, 2)])
    },
    ConformanceCase("6.5.2 INITIAL_WINDOW_SIZE above the maximum", .connectionError([.flowControlError])) {
      try $0.settings([(4, 0x8000_0000)])
    },
    ConformanceCase("6.5.2 MAX_FRAME_SIZE below the minimum", .connectionError([.protocolError])) {
      try $0.settings([(5, (1 << 14) - 1)])
    },
    ConformanceCase("6.5.2 MAX_FRAME_SIZE above the maximum", .connectionError([.protocolError])) {
      try $0.settings([(5, 1 << 24)])
    },
    ConformanceCase("6.5.2 unknown setting", .ignored) { try $0.settings([(0xFF, 1)]) },
    ConformanceCase("6.5.3 SETTINGS without ACK are acknowledged", .seen) { client in
      try client.settings([])
      guard try client.wait(until: { client.acknowledgements == 2 }) else { throw Failure("no ACK") }
    },
    ConformanceCase("6.7 PING with ACK is not answered", .seen) {
      try $0.send(.ping, 1, on: 0, [0, 0, 0, 0, 0, 0, 0, 77])
      guard try $0.settle(), !$0.pongs.contains(77) else { throw Failure("\($0.pongs)") }
    },
    ConformanceCase("6.7 PING on a stream", .connectionError([.protocolError])) {
      try $0.send(.ping, on: 1, [UInt8](repeating: 0, count: 8))
    },
    ConformanceCase("6.7 PING of another length", .connectionError([.frameSizeError])) {
      try $0.send(.ping, on: 0, [UInt8](repeating: 0, count: 6))
    },
    ConformanceCase("6.8 GOAWAY on a stream", .connectionError([.protocolError])) {
      try $0.send(.goAway, on: 1, [UInt8](repeating: 0, count: 8))
    },
    ConformanceCase("6.10 CONTINUATION followed by DATA", .connectionError([.protocolError]), probes: false) {
      let block = HTTP2Client.block(HTTP2Client.head())
      try $0.send(.headers, 0, on: 1, Array(block.prefix(4)))
      try $0.send(.continuation, 0, on: 1, Array(block.dropFirst(4)))
      try $0.data(1, [1], ends: true)
    },
    ConformanceCase("6.10 CONTINUATION on stream 0", .connectionError([.protocolError])) {
      let block = HTTP2Client.block(HTTP2Client.head())
      try $0.send(.headers, 1, on: 1, Array(block.prefix(4)))
      try $0.send(.continuation, 4, on: 0, Array(block.dropFirst(4)))
    },
    ConformanceCase("6.10 CONTINUATION behind HEADERS with END_HEADERS", .connectionError([.protocolError])) {
      try $0.request(1, "POST", "/body", ends: false)
      try $0.send(.continuation, 4, on: 1, HTTP2Client.block([("x-a", "1")]))
    },
    ConformanceCase("6.10 CONTINUATION behind CONTINUATION with END_HEADERS", .connectionError([.protocolError])) {
      let block = HTTP2Client.block(HTTP2Client.head("POST", "/body"))
      try $0.send(.headers, 0, on: 1, Array(block.prefix(4)))
      try $0.send(.continuation, 4, on: 1, Array(block.dropFirst(4)))
      try $0.send(.continuation, 4, on: 1, HTTP2Client.block([("x-a", "1")]))
    },
    ConformanceCase("6.10 CONTINUATION behind DATA", .connectionError([.protocolError])) {
      try $0.request(1, "POST", "/body", ends: false)
      try $0.data(1, [1])
      try $0.send(.continuation, 4, on: 1, HTTP2Client.block([("x-a", "1")]))
    },
    ConformanceCase("7 GOAWAY with an unknown code", .ignored) {
      try $0.send(.goAway, on: 0, HTTP2Client.bytes(0) + HTTP2Client.bytes(0xFF))
    },
    ConformanceCase("7 RST_STREAM with an unknown code", .ignored) {
      try $0.request(1, "POST", "/body", ends: false)
      try $0.send(.resetStream, on: 1, HTTP2Client.bytes(0xFF))
    },
    ConformanceCase("8.2 PUSH_PROMISE of a client", .connectionError([.protocolError])) {
      try $0.request(1, "POST", "/body", ends: false)
      try $0.send(.pushPromise, 4, on: 1, HTTP2Client.bytes(3) + HTTP2Client.block(HTTP2Client.head()))
    },
  ]

  static let flowControl = [
    ConformanceCase("6.9 WINDOW_UPDATE of 0 on the connection", .connectionError([.protocolError])) {
      try $0.window(0, 0)
    },
    ConformanceCase("6.9 WINDOW_UPDATE of 0 on a stream", .streamError([.protocolError])) {
      try $0.request(1, "POST", "/body", ends: false)
      try $0.window(1, 0)
    },
    ConformanceCase("6.9 WINDOW_UPDATE of another length", .connectionError([.frameSizeError])) {
      try $0.send(.windowUpdate, on: 0, [0, 0, 1])
    },
    ConformanceCase("6.9.1 window of the connection beyond 2^31-1", .connectionError([.flowControlError])) {
      try $0.window(0, 0x7FFF_FFFF)
      try $0.window(0, 0x7FFF_FFFF)
    },
    ConformanceCase("6.9.1 window of a stream beyond 2^31-1", .streamError([.flowControlError])) {
      try $0.request(1, "POST", "/body", ends: false)
      try $0.window(1, 0x7FFF_FFFF)
      try $0.window(1, 0x7FFF_FFFF)
    },
    ConformanceCase("6.9.1 DATA of one byte for a window of one", .seen) { client in
      client.refills = false
      try client.settings([(4, 1)])
      try client.request(1)
      guard try client.wait(until: { client.answers[1]?.body.isEmpty == false }) else { throw Failure("no DATA") }
      guard try client.settle(), client.answers[1]?.body.count == 1 else { throw Failure("\(client.answers)") }
    },
    ConformanceCase("6.5.3, 6.9.2 the last of several window sizes; it grows behind the HEADERS", .seen) { client in
      client.refills = false
      try client.settings([(4, 100), (4, 0)])
      try client.request(1)
      guard try client.wait(until: { client.answers[1] != nil }), try client.settle(),
        client.answers[1]?.body.isEmpty == true
      else { throw Failure("\(client.answers)") }
      try client.settings([(4, 1)])
      guard try client.wait(until: { client.answers[1]?.body.count == 1 }) else { throw Failure("no DATA") }
    },
    ConformanceCase("6.9.2 a window below 0", .seen) { client in
      client.refills = false
      try client.settings([(4, 3)])
      try client.request(1)
      guard try client.wait(until: { client.answers[1]?.body.count == 3 }) else { throw Failure("no DATA") }
      try client.settings([(4, 2)])
      try client.window(1, 1)
      guard try client.settle(), client.answers[1]?.body.count == 3 else { throw Failure("sent at 0") }
      try client.window(1, 1)
      guard try client.wait(until: { client.answers[1]?.body.count == 4 }) else { throw Failure("no DATA") }
    },
    ConformanceCase("6.9.2 INITIAL_WINDOW_SIZE that makes a window overflow", .connectionError([.flowControlError])) {
      $0.refills = false
      try $0.settings([(4, 0)])
      try $0.request(1, "GET", "/p/hang")
      try $0.window(1, 0x7FFF_FFFF)
      try $0.settings([(4, 0x7FFF_FFFF)])
    },
  ]
}
