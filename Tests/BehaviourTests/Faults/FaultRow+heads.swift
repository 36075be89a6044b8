extension FaultRow {
  /// Heads that are broken, or say what is not so.
  static let heads = [
    broken("closed within the head", .raw("HTTP/1.1 200 OK\r\nContent-Le")),
    broken("reset within the head", .raw("HTTP/1.1 200 OK\r\nContent-Le", then: .reset)),
    broken("garbage instead of HTTP", .raw("\u{16}\u{3}\u{1}garbage\r\n\r\n")),
    broken("another protocol", .raw("220 smtp.example.com ESMTP\r\n")),
    broken("no HTTP version, as in HTTP/0.9", .raw(#"{"v":1}"#)),
    broken("a status that is no number", .raw("HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n")),
    broken("a header line over 100 KiB", .raw("HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 200_000))),
    broken(
      "a head over 256 KiB",
      .raw("HTTP/1.1 200 OK\r\n" + String(repeating: "X: \(String(repeating: "y", count: 1000))\r\n", count: 400))),
    broken(
      "257 header lines", .raw("HTTP/1.1 200 OK\r\n" + lines(256) + "Content-Length: 2\r\n\r\n17")),
    fine("256 header lines", "HTTP/1.1 200 OK\r\n" + lines(255) + "Content-Length: 2\r\n\r\n", "17"),
    broken(
      "a flood of interim answers",
      .custom { stream in
        let some = Array(String(repeating: "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", count: 1000).utf8)
        for _ in 0..<1000 { try stream.write(some) }
      }),
    broken("only interim answers, then closed", .raw("HTTP/1.1 103 Early Hints\r\n\r\n")),
    fine(
      "interim answers before the final one", "HTTP/1.1 103 Early Hints\r\nX: 1\r\n\r\n" + head("Content-Length: 2"),
      "17"),
    broken("two lengths that differ", .raw(head("Content-Length: 2", "Content-Length: 3") + "123")),
    broken("two lengths in one line that differ", .raw(head("Content-Length: 2, 3") + "123")),
    fine("the same length twice", head("Content-Length: 2", "Content-Length: 2"), "17"),
    broken("a length that is no number", .raw(head("Content-Length: x") + "17")),
    broken("a negative length", .raw(head("Content-Length: -2") + "17")),
    broken("a length over 64 bits", .raw(head("Content-Length: 99999999999999999999") + "17")),
    broken(
      "a length and chunks",
      .raw(head("Content-Length: 2", "Transfer-Encoding: chunked") + "2\r\n17\r\n0\r\n\r\n")),
    broken(
      "chunks and a length",
      .raw(head("Transfer-Encoding: chunked", "Content-Length: 2") + "2\r\n17\r\n0\r\n\r\n")),
    broken(
      "a length, and another with white space before its colon",
      .raw(head("Content-Length: 2", "Content-Length : 3") + "123")),
    broken("a length that is folded", .raw(head("Content-Length: 2", " 3") + "123")),
    broken(
      "a first header line that begins with white space",
      .raw("HTTP/1.1 200 OK\r\n X: 1\r\nContent-Length: 2\r\n\r\n17")),
    broken(
      "the same after an interim answer",
      .raw("HTTP/1.1 103 Early\r\nX: 1\r\n\r\nHTTP/1.1 200 OK\r\n\tX: 1\r\nContent-Length: 2\r\n\r\n17")),
    fine("a header line that is folded", head("X: 1", " 2", "Content-Length: 2"), "17"),
    broken("an unknown transfer coding", .raw(head("Transfer-Encoding: mangled") + "17")),
    FaultRow(
      "204 with a body", .raw("HTTP/1.1 204 None\r\nContent-Length: 2\r\n\r\n17", then: .hang), .value("null"),
      .passedOn(204, [])),
    FaultRow(
      "304 with a body", .raw("HTTP/1.1 304 Same\r\nContent-Length: 2\r\n\r\n17", then: .hang),
      .status(304, problem: 502), .passedOn(304, [])),
    FaultRow(
      "a body that answers HEAD",
      .answer { request in
        var answer = ScriptedAnswer.json("17")
        if request.head.startLine.hasPrefix("HEAD ") {
          answer.raw = Array((head("Content-Length: 2") + "17").utf8)
          answer.then = .hang
        }
        return answer
      }, .value("17"), .passedOn(200, []), method: "HEAD"),
    FaultRow(
      "a redirect, which is not followed",
      .raw("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 2\r\n\r\n17"), .status(302, problem: 502),
      .passedOn(302, Array("17".utf8))),
    FaultRow(
      "101 that nobody asked for", .raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n17"),
      .failed("invalid"), .problem(502)),
  ]

  private static func lines(_ count: Int) -> String {
    (0..<count).map { "X-\($0): y\r\n" }.joined()
  }

  /// `invalid`, and a problem instead of a proxied answer.
  private static func broken(_ name: String, _ origin: FaultyOrigin) -> FaultRow {
    FaultRow(name, origin, .failed("invalid"), .problem(502))
  }

  /// Odd but allowed.
  private static func fine(_ name: String, _ head: String, _ body: String) -> FaultRow {
    FaultRow(name, .raw(head + body), .value(body), .passedOn(200, Array(body.utf8)))
  }
}
