extension FaultRow {
  private static let chunked = head("Transfer-Encoding: chunked")
  private static let evil = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n\"evil\""

  /// Bodies that end too early, too late or not as announced.
  static let framing = [
    broken("closed within the body", .raw(head("Content-Length: 9") + "[1,2")),
    broken("reset within the body", .raw(head("Content-Length: 9") + "[1,2", then: .reset)),
    broken("closed within a chunk", .raw(chunked + "9\r\n[1,2")),
    broken("closed between chunks", .raw(chunked + "2\r\n17\r\n")),
    broken("closed within the trailers", .raw(chunked + "2\r\n17\r\n0\r\nX: 1")),
    broken(
      "trailers without end",
      .custom { stream in
        try stream.write(Array((chunked + "2\r\n17\r\n0\r\n").utf8))
        let some = Array(String(repeating: "X: 1\r\n", count: 10_000).utf8)
        for _ in 0..<1000 { try stream.write(some) }
      }),
    broken("a chunk size that is no number", .raw(chunked + "2\r\n17\r\nxyz\r\n17\r\n0\r\n\r\n")),
    broken("a negative chunk size", .raw(chunked + "2\r\n17\r\n-2\r\n17\r\n0\r\n\r\n")),
    broken("a chunk size over 64 bits", .raw(chunked + "2\r\n17\r\n10000000000000002\r\n17\r\n0\r\n\r\n")),
    broken("a chunk longer than its size", .raw(chunked + "2\r\n175\r\n0\r\n\r\n")),
    FaultRow(
      "bytes after the body", .raw(head("Content-Length: 2") + "17" + evil, then: .hang), .value("17"),
      .passedOn(200, Array("17".utf8))),
    FaultRow(
      "bytes after the last chunk", .raw(chunked + "2\r\n17\r\n0\r\n\r\n" + evil, then: .hang), .value("17"),
      .passedOn(200, Array("17".utf8))),
  ]

  /// Bodies that came whole, and are not what a call wants; a proxy does not look into them.
  static let bodies = [
    FaultRow(
      "20 MiB more than maxResponse", .raw(Array(head("Content-Length: \(tooMuch.count)").utf8) + tooMuch),
      .failed("invalid"), .passedOn(200, tooMuch)),
    FaultRow(
      "20 MiB more than maxResponse, in one chunk",
      .raw(Array((chunked + String(tooMuch.count, radix: 16) + "\r\n").utf8) + tooMuch + Array("\r\n0\r\n\r\n".utf8)),
      .failed("invalid"), .passedOn(200, tooMuch)),
    opaque("gzip bomb: 64 MiB of nothing", Packed.bomb, .failed("invalid"), "Content-Encoding: gzip"),
    opaque(
      "gzip bomb in gzip", Packed.nestedBomb, .failed("invalid"), "Content-Encoding: gzip, gzip"),
    opaque(
      "truncated gzip in a whole body", Packed.number.dropLast(12), .failed("invalid"), "Content-Encoding: gzip"),
    opaque("gzip without its trailer", Packed.number.dropLast(8), .failed("invalid"), "Content-Encoding: gzip"),
    opaque("gzip with a wrong checksum", Packed.wrongChecksum, .failed("invalid"), "Content-Encoding: gzip"),
    opaque("bytes after the gzip", Packed.number + [1, 2], .failed("invalid"), "Content-Encoding: gzip"),
    opaque("gzip that is none", Array("17".utf8), .failed("invalid"), "Content-Encoding: gzip"),
    packed("gzip", "gzip", Packed.number, .value("17")),
    packed("identity", "identity", Array("17".utf8), .value("17")),
    packed("gzip in gzip", "gzip, gzip", Packed.nested, .value("17")),
    packed("gzip in five", "gzip, gzip, gzip, gzip, gzip", Packed.nested, .failed("invalid")),
    packed("streams of nothing in gzip", "gzip, gzip", Packed.hollowBomb, .failed("invalid")),
    packed("deflate as zlib", "deflate", Packed.zlib, .value("17")),
    packed("deflate as zlib, cut off", "deflate", Packed.zlib.dropLast(), .failed("invalid")),
    packed("deflate as zlib, of one byte", "deflate", Packed.zlib.prefix(1), .failed("invalid")),
    packed("deflate with a wrong checksum", "deflate", Packed.zlib.dropLast() + [1], .failed("invalid")),
    packed("deflate with bytes behind it", "deflate", Packed.zlib + [0], .failed("invalid")),
    packed("deflate as a bare stream", "deflate", Packed.deflate, .value("17")),
    packed("deflate as a bare stream, cut off", "deflate", Packed.deflate.dropLast(), .failed("invalid")),
    packed("deflate bomb: 64 MiB of nothing", "deflate", Packed.zlibBomb, .failed("invalid")),
    packed("br", "br", Packed.brotli, .value("17")),
    packed("br, cut off", "br", Packed.brotli.dropLast(), .failed("invalid")),
    packed("br with bytes behind it", "br", Packed.brotli + [0], .failed("invalid")),
    packed("br that is none", "br", [0xFF, 0xFF, 0xFF, 0xFF], .failed("invalid")),
    packed("br bomb: 64 MiB of nothing", "br", Packed.brotliBomb, .failed("invalid")),
    packed("zstd", "zstd", Packed.zstd, .value("17")),
    packed("zstd, cut off", "zstd", Packed.zstd.dropLast(), .failed("invalid")),
    packed("zstd with a wrong checksum", "zstd", Packed.zstd.dropLast() + [0], .failed("invalid")),
    packed("zstd with bytes behind it", "zstd", Packed.zstd + [1, 2, 3, 4], .failed("invalid")),
    packed("zstd with a window over 8 MiB", "zstd", Packed.zstdWideWindow, .failed("invalid")),
    packed("zstd bomb: 64 MiB of nothing", "zstd", Packed.zstdBomb, .failed("invalid")),
    opaque("an unknown content coding", Array("17".utf8), .failed("invalid"), "Content-Encoding: mangled"),
    text("HTML", "<html>down</html>", .failed("invalid"), type: "text/html"),
    text("JSON that says it is HTML", "17", .value("17"), type: "text/html"),
    text("invalid JSON", "{'a': 1}", .failed("invalid")),
    text("JSON and something behind it", "17 17", .failed("invalid")),
    text("JSON nested 10,000 deep", String(repeating: "[", count: 10_000), .failed("invalid")),
    opaque("invalid UTF-8", [0x22, 0xC3, 0x28, 0x22], .failed("invalid")),
    opaque("overlong UTF-8", [0x22, 0xC0, 0xAF, 0x22], .failed("invalid")),
    opaque("a byte order mark", [0xEF, 0xBB, 0xBF, 0x31], .value("1")),
    text("an empty body", "", .value("null")),
  ]

  private static let tooMuch = [UInt8](repeating: 0x20, count: 24 << 20)

  /// Broken after the head: a proxy has passed that on.
  private static func broken(_ name: String, _ origin: FaultyOrigin) -> FaultRow {
    FaultRow(name, origin, .failed("invalid"), .brokenOff)
  }

  private static func text(_ name: String, _ body: String, _ call: CallEnd, type: String = "application/json")
    -> FaultRow
  {
    opaque(name, Array(body.utf8), call, "Content-Type: \(type)")
  }

  private static func packed(_ name: String, _ coding: String, _ body: some Sequence<UInt8> & Sendable, _ call: CallEnd)
    -> FaultRow
  {
    opaque(name, body, call, "Content-Encoding: \(coding)")
  }

  private static func opaque(
    _ name: String, _ body: some Sequence<UInt8> & Sendable, _ call: CallEnd,
    _ field: String = "Content-Type: application/json"
  ) -> FaultRow {
    let bytes = Array(body)
    return FaultRow(name, .answer { _ in answer(bytes, field: field) }, call, .passedOn(200, bytes))
  }

  private static func answer(_ bytes: [UInt8], field: String) -> ScriptedAnswer {
    var answer = ScriptedAnswer()
    answer.headers = [field]
    answer.pieces = [bytes]
    return answer
  }
}
