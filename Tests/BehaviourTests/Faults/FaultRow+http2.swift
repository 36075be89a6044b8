extension FaultRow {
  /// Over HTTP/2, by frames (RFC 9113).
  static let http2 = [
    before("HTTP/2: closed before the head") {
      _ = try $0.nextStream(); $0.stream.shutDown()
    },
    before("HTTP/2: reset before the head") {
      _ = try $0.nextStream(); $0.stream.reset()
    },
    before("HTTP/2: RST_STREAM before the head") { try $0.reset($0.nextStream(), code: 2) },
    before("HTTP/2: GOAWAY with an error before the head") { peer in
      try peer.goAway(last: peer.nextStream(), code: 2)
      peer.stream.shutDown()
    },
    within("HTTP/2: closed within the body") { peer, _ in peer.stream.shutDown() },
    within("HTTP/2: reset within the body") { peer, _ in peer.stream.reset() },
    within("HTTP/2: RST_STREAM within the body") { try $0.reset($1, code: 2) },
    within("HTTP/2: RST_STREAM, no error, within the body") { try $0.reset($1, code: 0) },
    within("HTTP/2: GOAWAY with an error within the body") { peer, stream in
      try peer.goAway(last: stream, code: 2)
      peer.stream.shutDown()
    },
    within("HTTP/2: a body shorter than its length") { try $0.sendData("", on: $1, ends: true) },
    within("HTTP/2: a body longer than its length") { try $0.sendData("3456789012", on: $1, ends: true) },
    within("HTTP/2: a frame for a stream that was never opened") { peer, _ in
      try peer.send(.data, flags: 0, stream: 99, [1])
    },
    within("HTTP/2: a frame over the size that was agreed on") { peer, stream in
      try peer.send(.data, flags: 0, stream: stream, [UInt8](repeating: 0x20, count: 20_000))
    },
    within("HTTP/2: closed within a body of no length", length: nil) { peer, _ in peer.stream.shutDown() },
    within("HTTP/2: reset within a body of no length", length: nil) { peer, _ in peer.stream.reset() },
    within("HTTP/2: RST_STREAM within a body of no length", length: nil) { try $0.reset($1, code: 2) },
    within("HTTP/2: RST_STREAM, refused, within a body of no length", length: nil) { try $0.reset($1, code: 7) },
    within("HTTP/2: GOAWAY with an error within a body of no length", length: nil) { peer, stream in
      try peer.goAway(last: stream, code: 2)
      peer.stream.shutDown()
    },
    within("HTTP/2: GOAWAY that leaves out a body of no length", length: nil) { peer, _ in try peer.goAway(last: 0) },
    unseen("HTTP/2: RST_STREAM, no error, within a body of no length") { try $0.reset($1, code: 0) },
    unseen("HTTP/2: a frame for a stream that was never opened, within a body of no length") { peer, _ in
      try peer.send(.data, flags: 0, stream: 99, [1])
    },
    unseen("HTTP/2: a frame over the size that was agreed on, within a body of no length") { peer, stream in
      try peer.send(.data, flags: 0, stream: stream, [UInt8](repeating: 0x20, count: 20_000))
    },
    FaultRow(
      "HTTP/2: a head that can't be decoded",
      .http2 { try $0.send(.headers, flags: 4, stream: $0.nextStream(), [0xFF, 0xFF, 0xFF, 0xFF, 0xFF]) },
      .failed("connect"), .problem(502)),
    FaultRow(
      "HTTP/2: hangs within the body", .http2 { try begin($0) { _, _ in } }, .failed("timeout"), .brokenOff,
      time: "1500ms"),
    FaultRow(
      "HTTP/2: GOAWAY that lets the body end",
      .http2 {
        try begin($0) { peer, stream in
          try peer.goAway(last: stream)
          try peer.sendData("34567]", on: stream, ends: true)
        }
      }, .value("[1,234567]"), .passedOn(200, Array("[1,234567]".utf8))),
    FaultRow(
      "HTTP/2: a success without a body", .http2 { try $0.sendHead(on: $0.nextStream(), ends: true) }, .value("null"),
      .passedOn(200, [])),
  ]

  private static func before(_ name: String, _ script: @escaping @Sendable (HTTP2Peer) throws -> Void) -> FaultRow {
    FaultRow(name, .http2(script), .failed("connect"), .problem(502))
  }

  private static func within(
    _ name: String, length: Int? = 10, _ script: @escaping @Sendable (HTTP2Peer, UInt32) throws -> Void
  ) -> FaultRow {
    FaultRow(name, .http2 { try begin($0, length: length, script) }, .failed("invalid"), .brokenOff)
  }

  /// libcurl 7.88 takes it for the body's end.
  private static func unseen(
    _ name: String, _ script: @escaping @Sendable (HTTP2Peer, UInt32) throws -> Void
  ) -> FaultRow {
    FaultRow(
      name, .http2 { try begin($0, length: nil, script) }, .value("[12]"), .passedOn(200, Array("[12]".utf8)))
  }

  /// A head, four bytes, and when the gateway has those, `script`. Without a length the four could be all.
  private static func begin(
    _ peer: HTTP2Peer, length: Int? = 10, _ script: (HTTP2Peer, UInt32) throws -> Void
  ) throws {
    let stream = try peer.nextStream()
    let lengths = length.map { [("content-length", "\($0)")] } ?? []
    try peer.sendHead([("content-type", "application/json")] + lengths, on: stream)
    try peer.sendData(length == nil ? "[12]" : "[1,2", on: stream)
    try peer.settle()
    try script(peer, stream)
  }
}
