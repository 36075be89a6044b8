import Foundation
import TestSockets
import Testing

extension Behaviour.HTTP2AnswerTests {
  // MARK: Many at once, and bounds

  @Test func aHundredRequestsAtOnce() throws {
    let all = Barrier(100)
    try withGateway(settings: "threads: 2\n", { _ in .json("1").waiting(at: all) }) { gateway, _ in
      let client = try HTTP2Client(port: gateway.port)
      for number in 0..<100 { try client.request(UInt32(number * 2 + 1), "GET", number % 2 == 0 ? "/p/x" : "/call") }
      for number in 0..<100 {
        let answer = try client.answer(to: UInt32(number * 2 + 1))
        #expect(answer.text == (number % 2 == 0 ? "1" : #"{"a":1}"#))
      }
    }
  }

  @Test func requestsInFlightAreBoundedOverHTTP2Too() throws {
    let free = Barrier(2)
    try withGateway(settings: "threads: 1\nlimits: { requestsInFlight: 1 }\n", { _ in .json("1").waiting(at: free) }) {
      gateway, backend in
      let client = try HTTP2Client(port: gateway.port)
      try client.request(1, "GET", "/call")
      backend.waitForRequests(1)
      try client.request(3, "GET", "/call")
      let refused = try client.answer(to: 3)
      #expect(refused.status == 503 && refused.fields.first(name: "retry-after") == "1")
      #expect(free.arrive())
      #expect(try client.answer(to: 1).status == 200)
      try client.request(5)
      #expect(try client.answer(to: 5).status == 200)
    }
  }

  @Test(arguments: ["connections: 1", "connectionsPerClient: 1"])
  func connectionsAreBoundedOverHTTP2Too(_ limit: String) throws {
    try withGateway(settings: "threads: 1\nlimits: { \(limit) }\n", { _ in .json("1") }) { gateway, _ in
      let client = try HTTP2Client(port: gateway.port)
      #expect(try client.settle())
      // Words would be those of HTTP/1.1: what it speaks is not known yet.
      let refused = try HTTP2Client(port: gateway.port)
      #expect(try refused.end() == nil && refused.acknowledgements == 0 && refused.answers.isEmpty)
      // One connection may have many requests.
      for number in 0..<10 { try client.request(UInt32(number * 2 + 1)) }
      for number in 0..<10 { #expect(try client.answer(to: UInt32(number * 2 + 1)).status == 200) }
      client.stream.close()
      #expect(gateway.waitForHealth { $0["connections"]?.number == 0 })
      let next = try HTTP2Client(port: gateway.port)
      #expect(try next.settle())
      next.stream.close()
    }
  }

  /// Up to twice the bound; a larger one ends the connection.
  @Test func aHeaderListThatIsTooLargeIsA431() throws {
    try withGateway(settings: "threads: 1\nlimits: { headerBytes: 8KiB }\n", { _ in .json("1") }) { gateway, _ in
      let client = try HTTP2Client(port: gateway.port)
      #expect(try client.settle())
      let cases: [(UInt32, Int, Int)] = [(1, 7000, 200), (3, 9000, 431), (5, 15_000, 431), (7, 7000, 200)]
      for (id, count, status) in cases {
        try client.request(id, "GET", "/static", [("x-long", String(repeating: "x", count: count))])
        #expect(try client.answer(to: id).status == status)
      }
      try client.request(9, "GET", "/static", (0..<2).map { ("x-\($0)", String(repeating: "x", count: 8100)) })
      #expect([.protocolError, .compressionError].contains(try client.end()))
    }
  }

  @Test func accessLinesOfStreams() throws {
    let backend = try ScriptedBackend { $0.target == "/hang" ? .fault(.hang) : .json("[1,2,3]") }
    defer { backend.stop() }
    let gateway = try HTTP2Gateway.start(backend, "threads: 1\nlog: { access: true }\n")
    let client = try HTTP2Client(port: gateway.port)
    try client.request(1, "GET", "/p/x?secret=1")
    _ = try client.answer(to: 1)
    try client.request(3, "GET", "/p/hang")
    backend.waitForRequests(2)
    try client.reset(3)
    #expect(backend.waitForAbandonments(1))
    try client.request(5, "GET", "/nowhere")
    _ = try client.answer(to: 5)
    try client.request(7, "GET", "/static", [("x-a", " blank")])
    #expect(try client.answer(to: 7).status == 400)
    try gateway.stopInOrder()
    let lines = gateway.child.errors.text.split(separator: "\n").filter { $0.contains(" info request ") }
    let expected: [Regex<Substring>] = [
      #/.* route="ANY \/p\/\*rest" method=GET status=200 bytes=7 .* path=\/p\/x/#,
      #/.* route="ANY \/p\/\*rest" method=GET .*end=cut-off.* path=\/p\/hang/#,
      #/.* method=GET status=404 bytes=\d+ .* path=\/nowhere/#,
      #/.* status=400 .*/#,
    ]
    #expect(lines.count == expected.count, "\(lines)")
    for (line, pattern) in zip(lines, expected) { #expect(line.wholeMatch(of: pattern) != nil, "\(line)") }
  }

  // MARK: Slow ends

  /// Far more than all buffers on the way may hold.
  private static let large = 64 << 20

  @Test func aClientThatGivesNoWindowStopsTheBackend() throws {
    let sent = Tally()
    try withGateway({ _ in
      .custom { stream in
        try stream.write("HTTP/1.1 200 OK\r\nContent-Length: \(Self.large)\r\n\r\n")
        try sent.fill(stream, upTo: Self.large)
      }
    }) { gateway, _ in
      let before = try gateway.residentBytes()
      let client = try HTTP2Client(port: gateway.port)
      client.refills = false
      try client.request(1, "GET", "/p/x")
      #expect(try client.wait { (client.answers[1]?.body.count ?? 0) == 65_535 })
      let stuckAt = sent.waitUntilStill()
      #expect(stuckAt < Self.large / 2, "a client that gives no window lets \(stuckAt) bytes through")
      // Other streams have a window of their own, but none of the connection.
      try client.request(3, "HEAD")
      #expect(try client.answer(to: 3).status == 200)
      client.refills = true
      try client.window(0, 65_535)
      try client.window(1, 65_535)
      #expect(try client.answer(to: 1).body.count == Self.large)
      #expect(try gateway.residentBytes() - before < 48 << 20)
    }
  }

  @Test func aBackendThatDoesNotReadGivesTheClientNoWindow() throws {
    let mayRead = Barrier(2)
    try withGateway(
      streamsBodies: true,
      { _ in
        .custom { stream in
          guard mayRead.arrive() else { return }
          var left = Self.large
          while left > 0 {
            let bytes = try stream.read()
            if bytes.isEmpty { return }
            left -= bytes.count
          }
          try stream.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        }
      }
    ) { gateway, _ in
      let before = try gateway.residentBytes()
      let client = try HTTP2Client(port: gateway.port)
      let piece = [UInt8](repeating: 120, count: 1 << 14)
      try client.request(1, "POST", "/p/x", [("content-length", "\(Self.large)")], ends: false)
      var sent = 0
      let room = { min(65_535 + (client.granted[0] ?? 0), 65_535 + (client.granted[1] ?? 0)) - sent }
      let send = {
        while room() > 0, sent < Self.large {
          let count = min(piece.count, room(), Self.large - sent)
          try client.data(1, Array(piece[..<count]), ends: sent + count == Self.large)
          sent += count
        }
      }
      // A second without a window: the buffers are full.
      repeat { try send() } while try client.settle() && (room() > 0 || client.stream.hasInput(waiting: 1000))
      #expect(sent < Self.large / 2, "a backend that reads nothing lets \(sent) bytes through")
      #expect(try gateway.residentBytes() - before < 48 << 20)
      #expect(mayRead.arrive())
      while sent < Self.large {
        #expect(try client.wait { room() > 0 })
        try send()
      }
      #expect(try client.answer(to: 1).text == "ok")
    }
  }
}
